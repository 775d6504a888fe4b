package io.inkstream.gateway;

/** Answers one kind of request, in a worker's thread: it may wait. */
@FunctionalInterface
interface Endpoint {

    /**
     * Returns what goes back to the client.
     *
     * @throws ProblemException for what is answered with an error
     */
    Reply answer(Call call) throws Exception;
}
