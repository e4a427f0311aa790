# The image is built from the locks alone and needs no compiler: every dependency has a ready wheel.
# Pin PYTHON_IMAGE further to the digest that your registry shows:
#   --build-arg PYTHON_IMAGE=python:3.11.15-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

FROM ${PYTHON_IMAGE} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/build.txt requirements/runtime.txt requirements/
# The environment is made without pip and filled from outside, so that the final image has none.
RUN python -m venv --without-pip /opt/gateway \
    && pip install --no-deps --only-binary :all: --require-hashes -r requirements/build.txt \
    && pip --python /opt/gateway/bin/python install --no-deps --only-binary :all: --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY adapters adapters
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && pip --python /opt/gateway/bin/python install --no-deps --no-index /dist/*.whl
RUN install --directory --mode 0750 /var/lib/ppks-gateway

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="ppks-gateway" \
      org.opencontainers.image.description="One API over Indonesia's social-welfare data systems" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
    && rm -rf /usr/local/lib/python3.11/ensurepip
COPY --from=builder /opt/gateway /opt/gateway
COPY --from=builder --chown=10001:10001 /var/lib/ppks-gateway /var/lib/ppks-gateway
ENV PATH=/opt/gateway/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GATEWAY_HOST=0.0.0.0 \
    GATEWAY_DATABASE_URL=sqlite:////var/lib/ppks-gateway/gateway.db
# All that is written is written here and in /tmp: run it with a read-only root file system.
VOLUME /var/lib/ppks-gateway
WORKDIR /var/lib/ppks-gateway
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('GATEWAY_PORT', '8000') + '/health/live', timeout=2)"]
# `migrate` instead of `serve` brings the store to the image's version: once before each new version.
ENTRYPOINT ["gateway"]
CMD ["serve"]
