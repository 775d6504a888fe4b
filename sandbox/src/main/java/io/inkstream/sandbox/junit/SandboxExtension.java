package io.inkstream.sandbox.junit;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Sandbox} parameter: one for all test classes of the JVM, started when the first test asks for it
 * and closed after the last. Tests keep apart by {@link Sandbox#uniqueName}; one that stops a server starts it again.
 */
public final class SandboxExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SandboxExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Sandbox resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Sandbox.class, key -> Sandbox.start(SandboxOptions.defaults()), Sandbox.class);
    }
}
