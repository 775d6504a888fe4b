package io.inkstream.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.security.plain.internals.PlainSaslServerProvider;

/**
 * Has a Kafka take clients over TLS only, and only with a password (SASL_SSL, PLAIN). Certificate and password are made anew
 * each time.
 */
final class KafkaLogin {
    private static final String LISTENER = "SASL_SSL";
    private static final String USER = "inkstream";
    private static final String ALIAS = "kafka";

    private final Path keystore;
    private final String password;
    private final String certificate;

    private KafkaLogin(Path keystore, String password, String certificate) {
        this.keystore = keystore;
        this.password = password;
        this.certificate = certificate;
    }

    /** Makes a certificate for localhost, which trusts itself, with the JDK's keytool, and keeps its key in the folder. */
    static KafkaLogin make(Path folder) {
        Path keystore = folder.resolve("keystore.p12");
        String password = UUID.randomUUID().toString();
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(keystore);
            keytool(keystore, password);
            return new KafkaLogin(keystore, password, certificate(keystore, password));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while keytool made a certificate for Kafka", e);
        } catch (IOException | GeneralSecurityException e) {
            throw new SandboxException("No certificate for Kafka could be made in " + folder + ": " + e, e);
        }
    }

    private static void keytool(Path keystore, String password) throws IOException, InterruptedException {
        ProcessBuilder keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keystore.toString(),
                        "-storepass:env",
                        "STOREPASS")
                .redirectErrorStream(true);
        // Where other users of the machine do not see it.
        keytool.environment().put("STOREPASS", password);
        Process process = keytool.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool says: " + said);
        }
    }

    private static String certificate(Path keystore, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stored = Files.newInputStream(keystore)) {
            store.load(stored, password.toCharArray());
        }
        byte[] encoded = store.getCertificate(ALIAS).getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END CERTIFICATE-----\n";
    }

    /** Changes the settings of a broker that would take anybody. */
    void require(Properties broker) {
        comeBeforeHadoop();
        for (String listeners : List.of("listeners", "advertised.listeners")) {
            broker.setProperty(listeners, broker.getProperty(listeners).replace("PLAINTEXT://", LISTENER + "://"));
        }
        broker.setProperty(
                "listener.security.protocol.map",
                broker.getProperty("listener.security.protocol.map")
                        .replace("PLAINTEXT:PLAINTEXT", LISTENER + ":" + LISTENER));
        broker.setProperty("inter.broker.listener.name", LISTENER);
        broker.setProperty("sasl.mechanism.inter.broker.protocol", "PLAIN");
        broker.setProperty("sasl.enabled.mechanisms", "PLAIN");
        broker.setProperty(
                "listener.name.sasl_ssl.plain.sasl.jaas.config", jaas("user_%s=\"%s\"".formatted(USER, password)));
        broker.setProperty("ssl.keystore.type", "PKCS12");
        broker.setProperty("ssl.keystore.location", keystore.toString());
        broker.setProperty("ssl.keystore.password", password);
        broker.setProperty("ssl.key.password", password);
        broker.putAll(trust());
    }

    /** Hadoop's servers bring a provider of the same mechanism, which knows none of Kafka's passwords; the first one is asked. */
    private static void comeBeforeHadoop() {
        PlainSaslServerProvider.initialize();
        Provider kafka = Arrays.stream(Security.getProviders())
                .filter(PlainSaslServerProvider.class::isInstance)
                .findFirst()
                .orElseThrow();
        Security.removeProvider(kafka.getName());
        Security.insertProviderAt(kafka, 1);
    }

    /** What a client needs beside the address. */
    Map<String, String> client() {
        Map<String, String> settings = new HashMap<>(trust());
        settings.put("security.protocol", LISTENER);
        settings.put("sasl.mechanism", "PLAIN");
        settings.put("sasl.jaas.config", jaas(""));
        return settings;
    }

    private Map<String, String> trust() {
        return Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", certificate);
    }

    private String jaas(String more) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\" %s;"
                .formatted(USER, password, more);
    }
}
