/** From the bytes of a record to 784 grey pixels, or to the reason why not. */
package io.inkstream.operators.decoding;
