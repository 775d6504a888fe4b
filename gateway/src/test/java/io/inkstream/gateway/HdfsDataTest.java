package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HdfsDataTest {
    private final HdfsData data = new HdfsData("hdfs://namenode:8020/inkstream/data", 1_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hdfs://namenode:8020/inkstream/data/mnist.npz",
                "hdfs:///inkstream/data/mnist.npz#test",
                "hdfs://namenode:8020/inkstream/data/2024/../a%20b.npz"
            })
    void whatIsInTheFolderMayBeNamed(String named) {
        assertThatCode(() -> data.require(named)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hdfs://namenode:8020/inkstream/data/../models/x",
                "hdfs://namenode:8020/inkstream/data/%2e%2e/models/x",
                "hdfs://namenode:8020/inkstream/data/%2E./models/x",
                "hdfs://namenode:8020/inkstream/data%2f..%2fmodels/x",
                "hdfs://namenode:8020/inkstream/data",
                "hdfs://namenode:8020/inkstream/database/x",
                "hdfs://other:8020/inkstream/data/x"
            })
    void pathsDoNotLeadOut(String named) {
        assertThat(status(named)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs:mnist.npz", "hdfs://namenode:8020", "hdfs://namenode:8020/%zz"})
    void whatIsNoPathIsTold(String named) {
        assertThat(status(named)).isEqualTo(400);
    }

    private int status(String named) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> data.require(named));
        assertThat(refused).as(named).isNotNull();
        assertThat(refused.remedy()).isNotBlank();
        return refused.status();
    }
}
