package io.inkstream.operators.factory;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Makes one operator with two inputs by calling its constructor.
 *
 * @param <IN1> what the operator takes at its first input
 * @param <IN2> what it takes at its second
 * @param <OUT> what it emits
 */
public final class TwoInputFactory<IN1, IN2, OUT> extends AbstractStreamOperatorFactory<OUT>
        implements TwoInputStreamOperatorFactory<IN1, IN2, OUT> {

    private static final long serialVersionUID = 1L;

    private final Class<? extends TwoInputStreamOperator<IN1, IN2, OUT>> type;
    private final SerializableFunction<StreamOperatorParameters<OUT>, TwoInputStreamOperator<IN1, IN2, OUT>>
            constructor;

    /** @param constructor travels to the TaskManagers, with what it captures */
    public TwoInputFactory(
            Class<? extends TwoInputStreamOperator<IN1, IN2, OUT>> type,
            SerializableFunction<StreamOperatorParameters<OUT>, TwoInputStreamOperator<IN1, IN2, OUT>> constructor) {
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
