# The function as an image for Lambda. `make image` builds it. To build it by hand, run at the root of the checkout:
#
#   docker build --platform linux/arm64 --provenance=false -t resizer .
#
# The target `server` is `resizer serve`, for sites that are not on AWS: docs/server.md.
#
# BASE is any image with CPython 3.13 as `python3`, a shell, libstdc++ and glibc 2.28 or newer. Lambda's workers share
# Amazon's, which also brings the runtime interface emulator. An image made from Debian works too.
# If BASE is for one platform only, BUILD_BASE is the same base for the machine that builds.
ARG BASE=public.ecr.aws/lambda/python:3.13.2026.06.05.14
ARG BUILD_BASE=${BASE}

# This stage runs on the platform of the machine that builds. pip fetches packages for the target, bytecode is the same
# everywhere, and the last stage only copies. So an image for arm64 needs no emulation of arm64.
FROM --platform=${BUILDPLATFORM} ${BUILD_BASE} AS build
ARG TARGETARCH
# Gives every build the same iteration order, and so the same bytecode.
ENV PYTHONHASHSEED=0
# The secret `ca` is a bundle of certificates to trust during downloads, for networks with their own certificates.
RUN --mount=type=secret,id=ca,target=/run/secrets/ca \
    --mount=type=bind,source=requirements,target=/requirements \
    --mount=type=bind,source=container/install,target=/install \
    --mount=type=cache,target=/var/cache/pip \
    sh /install "${TARGETARCH}" runtime /layers/dependencies
COPY container/assemble.py /
RUN python3 /assemble.py /layers/dependencies
COPY LICENSE handler.py container/entrypoint /layers/application/
COPY batch /layers/application/batch
COPY freshness /layers/application/freshness
COPY function /layers/application/function
COPY resizer_core /layers/application/resizer_core
COPY warm /layers/application/warm
# No request of the function needs these.
RUN rm -r /layers/application/resizer_core/__main__.py /layers/application/resizer_core/cli \
        /layers/application/resizer_core/markup && \
    python3 /assemble.py /layers/application

FROM build AS build-server
ARG TARGETARCH
RUN --mount=type=secret,id=ca,target=/run/secrets/ca \
    --mount=type=bind,source=requirements,target=/requirements \
    --mount=type=bind,source=container/install,target=/install \
    --mount=type=cache,target=/var/cache/pip \
    sh /install "${TARGETARCH}" serve /layers/server
COPY resizer_core/__main__.py /layers/server/resizer_core/
COPY resizer_core/cli /layers/server/resizer_core/cli
COPY resizer_core/markup /layers/server/resizer_core/markup
RUN python3 /assemble.py /layers/server

FROM ${BASE} AS common
# With two arenas and low thresholds glibc returns the memory of pictures to the system at once. With its defaults the
# resident set grows to several times the memory in use. VIPS_CONCURRENCY is 1, because a function of up to 1.8 GB has
# one vCPU, and the server makes one picture per core at once.
ENV MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/var/task \
    PYTHONUNBUFFERED=1 \
    VIPS_CONCURRENCY=1
WORKDIR /var/task
# Two layers, so that a change of the code does not change the larger one.
COPY --from=build /layers/dependencies /var/task
COPY --from=build /layers/application /var/task
USER 65534:65534
ARG BASE
ARG VERSION=""
ARG REVISION=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="resizer" \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.description="Resizes pictures on demand, behind a redirect loop on S3" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"

FROM common AS server
COPY --from=build-server /layers/server /var/task
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python3", "-m", "resizer_core", "serve", "--host", "0.0.0.0"]

# The last target is the default: the function.
FROM common
ENTRYPOINT ["/bin/sh", "/var/task/entrypoint"]
CMD ["handler.handler"]
