package io.inkstream.operators.factory;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Makes one operator with one input by calling its constructor.
 *
 * @param <IN> what the operator takes
 * @param <OUT> what it emits
 */
public final class OneInputFactory<IN, OUT> extends AbstractStreamOperatorFactory<OUT>
        implements OneInputStreamOperatorFactory<IN, OUT> {

    private static final long serialVersionUID = 1L;

    private final Class<? extends OneInputStreamOperator<IN, OUT>> type;
    private final SerializableFunction<StreamOperatorParameters<OUT>, OneInputStreamOperator<IN, OUT>> constructor;

    /** @param constructor travels to the TaskManagers, with what it captures */
    public OneInputFactory(
            Class<? extends OneInputStreamOperator<IN, OUT>> type,
            SerializableFunction<StreamOperatorParameters<OUT>, OneInputStreamOperator<IN, OUT>> constructor) {
        this.type = type;
        this.constructor = constructor;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Flink declares it; T is this operator
    public <T extends StreamOperator<OUT>> T createStreamOperator(StreamOperatorParameters<OUT> parameters) {
        return (T) constructor.apply(parameters);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Flink declares it
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
        return type;
    }
}
