package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.BrakePull;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which versions the brake was pulled for: it is not pulled for any of them again. */
final class Pulls {

    /** A version of so long ago is deleted, and will not be live again. */
    static final int LIMIT = 1_000;

    private final Map<Long, BrakePull> pulls = new LinkedHashMap<>();

    void add(BrakePull pull) {
        pulls.put(pull.getVersion(), pull);
        Iterator<Long> oldest = pulls.keySet().iterator();
        while (pulls.size() > LIMIT) {
            oldest.next();
            oldest.remove();
        }
    }

    boolean contains(long version) {
        return pulls.containsKey(version);
    }

    void settle(BrakePull pull) {
        pulls.replace(pull.getVersion(), pull.toBuilder().setSettled(true).build());
    }

    List<BrakePull> unsettled() {
        return pulls.values().stream().filter(pull -> !pull.getSettled()).toList();
    }

    Collection<BrakePull> oldestFirst() {
        return pulls.values();
    }
}
