# The command line, ./inkstream, and so the gateway. The context is the package, unpacked:
#   docker build -t inkstream-cli:0.1.0 -f deploy/cli.Dockerfile dist/target/inkstream-0.1.0
FROM eclipse-temurin:17.0.17_10-jre-noble

COPY lib/ /opt/inkstream/lib/
COPY cli/ /opt/inkstream/cli/
COPY jobs/ /opt/inkstream/jobs/
COPY bin/ /opt/inkstream/bin/
COPY samples/ /opt/inkstream/samples/

# By number: Kubernetes can tell only then that it is not root.
RUN useradd --system --uid 10001 --create-home inkstream
USER 10001
WORKDIR /opt/inkstream
ENTRYPOINT ["/opt/inkstream/bin/inkstream"]
CMD ["--help"]
