package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.store.StoreException;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.PartitionRun;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class OrderFileTest {
    /** Of the first release: three records of partition 0, then four of partition 1. */
    private static final byte[] GOLDEN = HexFormat.of().parseHex("0801" + "12021003" + "120408011004");

    @Test
    void usageExample() throws Exception {
        Lineage whole = lineage(OrderFile.MAX_RUNS + 1);
        byte[] file = OrderFile.of(whole).orElseThrow();

        Lineage inTheRegistry = whole.toBuilder().clearOrder().build();
        assertThat(OrderFile.putBack(inTheRegistry, file)).isEqualTo(whole);
    }

    @Test
    void aShortOrderNeedsNoFile() {
        assertThat(OrderFile.of(lineage(OrderFile.MAX_RUNS))).isEmpty();
    }

    @Test
    void theFirstReleasesFileIsRead() throws Exception {
        assertThat(OrderFile.putBack(Lineage.getDefaultInstance(), GOLDEN).getOrderList())
                .containsExactly(run(0, 3), run(1, 4));
    }

    @Test
    void whatIsDamagedOrNewerIsRefused() {
        byte[] newer = GOLDEN.clone();
        newer[1] = 2;
        byte[] damaged = {0x12, 127};

        assertThatThrownBy(() -> OrderFile.putBack(Lineage.getDefaultInstance(), newer))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format 2, this release reads 1: upgrade");
        assertThatThrownBy(() -> OrderFile.putBack(Lineage.getDefaultInstance(), damaged))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("order.pb is damaged");
    }

    static Lineage lineage(int runs) {
        Lineage.Builder lineage = Lineage.newBuilder().setSamplesTrained(7);
        for (int i = 0; i < runs; i++) {
            lineage.addOrder(run(i % 3, 1 + i % 300));
        }
        return lineage.build();
    }

    private static PartitionRun run(int partition, int records) {
        return PartitionRun.newBuilder()
                .setPartition(partition)
                .setRecords(records)
                .build();
    }
}
