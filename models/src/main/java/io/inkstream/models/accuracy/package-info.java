/** What labels tell about versions: how accurate they are, and whether one is worse than another beyond doubt. */
package io.inkstream.models.accuracy;
