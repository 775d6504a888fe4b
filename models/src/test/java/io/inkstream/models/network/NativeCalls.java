package io.inkstream.models.network;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.memory.deallocation.DeallocatableReference;
import org.nd4j.linalg.api.memory.deallocation.DeallocatorService;
import org.nd4j.linalg.cpu.nativecpu.buffer.BaseCpuDataBuffer;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.OpaqueDataBuffer;

/**
 * Stands between an executioner and its native library, and collects garbage where native code would be at work: what
 * Java does not keep until then, ND4J may free before the call is over. Such a call fails instead of ending the JVM.
 */
final class NativeCalls implements AutoCloseable {
    private final NativeOpExecutioner executioner;
    private final NativeOps library;
    private final Set<String> made = new TreeSet<>();
    private boolean collecting;

    NativeCalls(NativeOpExecutioner executioner) throws ReflectiveOperationException {
        this.executioner = executioner;
        this.library = (NativeOps) loop().get(executioner);
        loop().set(
                        executioner,
                        Proxy.newProxyInstance(
                                NativeOps.class.getClassLoader(),
                                new Class<?>[] {NativeOps.class},
                                (proxy, method, arguments) -> call(method, arguments)));
    }

    NativeOpExecutioner executioner() {
        return executioner;
    }

    /** From now on, or no longer; without, calls go through as they are, so that the JVM compiles what makes them. */
    void collectGarbage(boolean collecting) {
        this.collecting = collecting;
    }

    /** The calls on arrays in which garbage was collected. */
    Set<String> made() {
        return made;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (collecting) {
            collectGarbage(method.getName(), arguments);
        }
        try {
            return method.invoke(library, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void collectGarbage(String name, Object[] arguments) throws ReflectiveOperationException {
        if (arguments == null || Arrays.stream(arguments).noneMatch(OpaqueDataBuffer.class::isInstance)) {
            return;
        }
        made.add(name);
        Set<OpaqueDataBuffer> kept = keptAfterCollection();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i] instanceof OpaqueDataBuffer array && !kept.contains(array)) {
                throw new IllegalStateException("nothing keeps argument %d of %s".formatted(i, name));
            }
        }
    }

    /** What ND4J will free once its owner is gone, and whose owner is there. */
    private static Set<OpaqueDataBuffer> keptAfterCollection() throws ReflectiveOperationException {
        System.gc();
        Set<OpaqueDataBuffer> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        Field references = DeallocatorService.class.getDeclaredField("referenceMap");
        references.setAccessible(true);
        for (Object reference : ((Map<?, ?>) references.get(Nd4j.getDeallocatorService())).values()) {
            if (((DeallocatableReference) reference).get() instanceof BaseCpuDataBuffer owner && !owner.wasClosed()) {
                kept.add(owner.getOpaqueDataBuffer());
            }
        }
        return kept;
    }

    private static Field loop() throws NoSuchFieldException {
        Field loop = NativeOpExecutioner.class.getDeclaredField("loop");
        loop.setAccessible(true);
        return loop;
    }

    @Override
    public void close() throws ReflectiveOperationException {
        loop().set(executioner, library);
    }
}
