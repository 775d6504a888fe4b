package io.inkstream.models.nd4j;

import java.lang.ref.Reference;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BroadcastOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;

/**
 * ND4J's executioner, but that a broadcast, such as the addition of a bias, cannot lose its arrays while it runs.
 *
 * <p>ND4J 1.0.0-M2.1 frees an array once it is unreachable in Java. A broadcast has one, its dimensions, that nothing but
 * the operation refers to, and compiled code forgets the operation before its native call: a garbage collection just then
 * has it freed while it is read, which ends the JVM with SIGSEGV in {@code sd::DataBuffer::primary}. Each of ND4J's other
 * kinds of operation is used once more behind its call, which keeps it. To be removed once ND4J does so here; the test
 * that collects garbage in the middle of native calls tells.
 */
public final class FencedExecutioner extends NativeOpExecutioner {
    /** For ND4J, which makes it by name. */
    public FencedExecutioner() {}

    @Override
    public INDArray exec(BroadcastOp op, OpContext context) {
        try {
            return super.exec(op, context);
        } finally {
            Reference.reachabilityFence(op);
        }
    }
}
