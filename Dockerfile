# The mock in a container: docker build -t seqruns . && docker run --rm -p 8080:8080 seqruns
# The base is pinned by its whole version. To pin its bytes, too, add the digest that your registry shows for it.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE openapi.yaml ./
COPY src src
COPY mockserver mockserver
COPY fixtures fixtures
COPY contracts contracts
# As a variable, the constraints hold for what builds the package, too.
RUN python -m venv /opt/seqruns \
 && PIP_CONSTRAINT=/src/constraints.txt /opt/seqruns/bin/pip install --no-cache-dir '.[tls]'

FROM python:3.11.14-slim-bookworm
COPY --from=build /opt/seqruns /opt/seqruns
# No SEQRUNS_PORT here, so that PORT counts, which many platforms set.
ENV PATH=/opt/seqruns/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SEQRUNS_HOST=0.0.0.0
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["python", "-m", "seqruns_mock.cli.healthcheck"]
ENTRYPOINT ["seqruns", "serve"]
