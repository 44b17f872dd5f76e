# The mock in a container: docker build -t seqruns . && docker run --rm -p 8080:8080 seqruns
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE openapi.yaml ./
COPY src src
COPY mockserver mockserver
COPY fixtures fixtures
COPY contracts contracts
RUN python -m venv /opt/seqruns \
 && /opt/seqruns/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11.14-slim-bookworm
COPY --from=build /opt/seqruns /opt/seqruns
ENV PATH=/opt/seqruns/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SEQRUNS_HOST=0.0.0.0 \
    SEQRUNS_PORT=8080
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s CMD \
  ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['SEQRUNS_PORT']}/healthz\", timeout=2)"]
ENTRYPOINT ["seqruns", "serve"]
