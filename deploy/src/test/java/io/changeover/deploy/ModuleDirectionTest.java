package io.changeover.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Random;
import org.jspecify.annotations.NullMarked;

/** Data flows one way, and so do the modules: transport is the contract, the workers know nothing of each other. */
@AnalyzeClasses(
        packages = "io.changeover",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleDirectionTest.WithoutTestJars.class})
class ModuleDirectionTest {

    /** The fixtures of a module come to the ones after it as a jar, in which they do not look like tests. */
    static final class WithoutTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule transport_importsNoSibling = noClasses()
            .that()
            .resideInAPackage("io.changeover.transport..")
            .should()
            .dependOnClassesThat(inModuleOtherThan("transport"));

    @ArchTest
    static final ArchRule capture_importsTransportOnly = noClasses()
            .that()
            .resideInAPackage("io.changeover.capture..")
            .should()
            .dependOnClassesThat(inModuleOtherThan("capture", "transport"));

    @ArchTest
    static final ArchRule apply_importsTransportOnly = noClasses()
            .that()
            .resideInAPackage("io.changeover.apply..")
            .should()
            .dependOnClassesThat(inModuleOtherThan("apply", "transport"));

    @ArchTest
    static final ArchRule reconcile_importsTransportOnly = noClasses()
            .that()
            .resideInAPackage("io.changeover.reconcile..")
            .should()
            .dependOnClassesThat(inModuleOtherThan("reconcile", "transport"));

    @ArchTest
    static final ArchRule debezium_isInCaptureOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.changeover.capture..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.debezium..", "org.apache.kafka.connect..");

    @ArchTest
    static final ArchRule binlogs_areReadInTwoPlaces = noClasses()
            .that()
            .resideOutsideOfPackages("io.changeover.capture..", "io.changeover.reconcile.trace..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.shyiko..");

    @ArchTest
    static final ArchRule kafkaStreams_isInApplyOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.changeover.apply..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    /** The parts count; in whose words it is told is decided where they run. */
    @ArchTest
    static final ArchRule prometheus_isInDeployOnly = noClasses()
            .that()
            .resideOutsideOfPackage("io.changeover.deploy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule kafkasInternals_areInOneFile = noClasses()
            .that()
            .doNotHaveSimpleName("EmbeddedKafka")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..");

    /** An order is a version, never a time; what needs the time is handed a clock. */
    @ArchTest
    static final ArchRule clocksAndDice_areArguments = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.changeover.transport..",
                    "io.changeover.reconcile..",
                    "io.changeover.apply.guard..",
                    "io.changeover.capture.publish..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class);

    @ArchTest
    static final ArchRule modules_haveNoCycles =
            slices().matching("io.changeover.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everything_isNullMarked = classes().should(beInANullMarkedPackage());

    @ArchTest
    static final ArchRule names_sayWhatTheThingIs =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)$");

    private static DescribedPredicate<JavaClass> inModuleOtherThan(String... modules) {
        return new DescribedPredicate<>("are in another module than " + String.join(", ", modules)) {
            @Override
            public boolean test(JavaClass type) {
                String name = type.getPackageName() + ".";
                if (!name.startsWith("io.changeover.")) {
                    return false;
                }
                for (String module : modules) {
                    if (name.startsWith("io.changeover." + module + ".")) {
                        return false;
                    }
                }
                return true;
            }
        };
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(type, type.getPackageName() + " is not @NullMarked"));
                }
            }
        };
    }
}
