package io.inkstream.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process and each of its Java threads have used of the processors so far, in nanoseconds.
 *
 * @param threads by id; without those that have ended
 * @param jvm the JVM's own threads by kind, where the system tells
 */
record CpuTimes(long process, Map<Long, ThreadTime> threads, Map<String, Long> jvm) {

    /** One thread's. */
    record ThreadTime(String name, long nanos) {}

    /** Of the process alone, which costs next to nothing to ask. */
    static long ofProcess() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static CpuTimes now() throws IOException {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<Long, ThreadTime> threads = new HashMap<>();
        for (ThreadInfo thread : bean.getThreadInfo(bean.getAllThreadIds())) {
            long nanos = thread == null ? -1 : bean.getThreadCpuTime(thread.getThreadId());
            if (nanos >= 0) {
                threads.put(thread.getThreadId(), new ThreadTime(thread.getThreadName(), nanos));
            }
        }
        return new CpuTimes(ofProcess(), threads, JvmThreads.now());
    }

    /** What was used since an earlier time; threads that have ended meanwhile are in the process' share only. */
    CpuTimes since(CpuTimes earlier) {
        Map<Long, ThreadTime> used = new HashMap<>();
        threads.forEach((id, thread) -> {
            ThreadTime before = earlier.threads.get(id);
            used.put(id, new ThreadTime(thread.name(), thread.nanos() - (before == null ? 0 : before.nanos())));
        });
        Map<String, Long> own = new HashMap<>();
        jvm.forEach((kind, nanos) -> own.put(kind, nanos - earlier.jvm.getOrDefault(kind, 0L)));
        return new CpuTimes(process - earlier.process, used, own);
    }
}
