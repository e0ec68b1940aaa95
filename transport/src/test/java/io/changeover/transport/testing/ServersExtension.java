package io.changeover.transport.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the shared servers and closes them when all classes have run; nothing runs on a server that is not there. */
final class ServersExtension implements BeforeAllCallback, ExecutionCondition, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ServersExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return SourceVersion.isThere()
                ? ConditionEvaluationResult.enabled("the server is there")
                : ConditionEvaluationResult.disabled("no other MySQL given: -Dmysql.home=FOLDER (capture/README.md)");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // The root store closes what it holds after the last test class.
        context.getRoot().getStore(NAMESPACE).put(TestingServers.class, TestingServers.shared());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestingServers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return TestingServers.shared();
    }
}
