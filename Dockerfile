# An image with mu2net and the Python environment of its sidecar.
#
#     docker build --tag mu2net .                                  for CPUs
#     docker build --tag mu2net:cuda --build-arg EXTRAS=cuda .     for NVIDIA GPUs
#     docker build --tag mu2net:tpu --build-arg EXTRAS=tpu .       for TPU VMs
#     docker build --tag mu2net:serve --target serve .             answers predictions over HTTP
#
# The Python packages bring their own CUDA libraries, so that a host needs only the NVIDIA driver
# and its container toolkit. docs/install.md says how to run the images.
ARG NODE=22

FROM node:${NODE}-bookworm-slim AS python
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*

# The stage for the dev container: the tools, without a copy of the project.
FROM python AS development
RUN apt-get update \
 && apt-get install --yes --no-install-recommends chromium procps \
 && rm -rf /var/lib/apt/lists/*
USER node

FROM python AS package
WORKDIR /source
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund && npm pack --pack-destination /package

FROM python AS environment
ARG EXTRAS=
COPY --from=package /package /package
RUN npm install --global --no-audit --no-fund /package/*.tgz && rm -r /package
USER node
RUN mu2net setup ${EXTRAS:+--extras ${EXTRAS}}
WORKDIR /home/node/work
ENTRYPOINT ["mu2net"]

# Serves the latest finished run of the folder /runs, which a host mounts (docs/serving.md).
FROM environment AS serve
ENV MU2NET_RUNS=/runs
EXPOSE 8080
HEALTHCHECK --start-period=2m CMD ["node", "-e", \
  "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["serve", "--host", "0.0.0.0"]

FROM environment AS mu2net
CMD ["--help"]
