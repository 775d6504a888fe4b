# Flink with what Inkstream needs in lib/, and the job jar. The context is the package, unpacked:
#   docker build -t inkstream-flink:0.1.0 -f deploy/flink.Dockerfile dist/target/inkstream-0.1.0
FROM flink:2.2.1-java17

# Natives are loaded once for each process, so they stand in lib/ and not in the job jar.
COPY --chown=flink:flink lib/ /opt/flink/lib/
COPY --chown=flink:flink conf/ /opt/flink/conf/
COPY --chown=flink:flink jobs/inkstream-jobs-0.1.0.jar /opt/flink/usrlib/inkstream-jobs.jar

# Where volumes are mounted: models that scorers keep (--cache), and natives unpacked from their jars, where
# conf/config.yaml has them.
RUN install -d -o flink -g flink -m 0700 /var/lib/inkstream /tmp/inkstream-natives

# Parallelism is Flink's; threads of OpenMP get into each other's way.
ENV OMP_NUM_THREADS=1
USER flink
