# The program with the client programs it calls, for pipelines and migration hosts:
#   docker build -t pg-rehearse .
#   docker run --rm -it -v "$PWD:/work" -e PG_REHEARSE_SOURCE_URL -e PG_REHEARSE_TARGET_URL pg-rehearse verify
# It starts no containers of its own, so `rehearse` in it fetches an embedded Postgres.
ARG RUST_IMAGE=rust:1.95-slim-trixie
ARG BASE_IMAGE=debian:trixie-slim

FROM ${RUST_IMAGE} AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --no-default-features

FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-17 ca-certificates python3-pip \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/target/release/pg-rehearse /usr/local/bin/pg-rehearse
RUN useradd --create-home --uid 10001 rehearse && mkdir /work && chown rehearse /work
USER rehearse
WORKDIR /work
ENTRYPOINT ["pg-rehearse"]
