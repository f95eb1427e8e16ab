# The worker: compiled sandtide and the programs of its local control plane, run as an ordinary user.
ARG NODE_VERSION=24.21.0
ARG GO_VERSION=1.26.8

FROM golang:${GO_VERSION}-bookworm AS go

FROM node:${NODE_VERSION}-bookworm AS build
COPY --from=go /usr/local/go /usr/local/go
ENV PATH=/usr/local/go/bin:$PATH XDG_CACHE_HOME=/srv/sandtide/cache
WORKDIR /srv/sandtide/app
# Programs change far more seldom than sources: their layer is made first, and from the files that decide on them.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY bin bin
COPY src src
COPY tools tools
COPY activities activities
COPY workflows workflows
RUN node bin/sandtide.js tools install
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
RUN npm run build && npm prune --omit=dev && rm -r src activities workflows scripts

FROM node:${NODE_VERSION}-bookworm-slim
# Certificates of clouds and of Temporal Cloud.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /srv/sandtide /srv/sandtide
RUN mkdir /srv/sandtide/runs /srv/sandtide/state && chown -R node:node /srv/sandtide/runs /srv/sandtide/state /srv/sandtide/cache
USER node
WORKDIR /srv/sandtide
ENV NODE_ENV=production XDG_CACHE_HOME=/srv/sandtide/cache XDG_STATE_HOME=/srv/sandtide/state
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/srv/sandtide/app/bin/sandtide.js"]
CMD ["worker"]
