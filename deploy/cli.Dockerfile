# The command line, ./inkstream. The context is the package, unpacked:
#   docker build -t inkstream-cli:0.1.0 -f deploy/cli.Dockerfile dist/target/inkstream-0.1.0
FROM eclipse-temurin:17.0.17_10-jre-noble

COPY lib/ /opt/inkstream/lib/
COPY cli/ /opt/inkstream/cli/
COPY jobs/ /opt/inkstream/jobs/
COPY bin/ /opt/inkstream/bin/
COPY samples/ /opt/inkstream/samples/

RUN useradd --system --create-home inkstream
USER inkstream
WORKDIR /opt/inkstream
ENTRYPOINT ["/opt/inkstream/bin/inkstream"]
CMD ["--help"]
