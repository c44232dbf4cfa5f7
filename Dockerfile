# checkrein as platform teams run it: compiled as it is published (a start takes two thirds of the time that the sources
# take), its packages, and nothing else.
# Contracts are not in here: mount them at /app/contracts and the OpenAPI documents that they name at /app/openapi, or copy
# both in an image made FROM this one. One place names Node's version, and a test holds it to the version the tests run on.
ARG NODE=docker.io/library/node:24.21.0-bookworm-slim

# The packages, from the lock file alone. The optional ones are Node itself, for machines whose own is too old.
FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts"]

# The compiler and what it reads, of the same lock file: nothing of it is in the image but what it makes.
FROM ${NODE} AS compiled
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=optional", "--ignore-scripts"]
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN ["npm", "run", "build"]

FROM ${NODE}
LABEL org.opencontainers.image.title="checkrein" \
      org.opencontainers.image.description="An HTTP sidecar that checks every tool call of an AI agent against a typed contract and forwards only valid calls." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# What rules remember, and the admin token: the one folder that the process may write. Mount a volume there, or it goes with
# the container.
RUN ["install", "--directory", "--owner=1000", "--group=1000", "--mode=0700", "/var/lib/checkrein"]
# Everything else belongs to root and the process does not: what it runs, it cannot change.
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY --from=compiled /app/dist ./dist
# In a container, loopback would be reachable by nobody. The admin port stays on loopback, where the health check asks.
# The data port takes callers with a key or a token alone (defineCaller): anonymous ones only where it listens on loopback.
# Half of the container's memory is Node's heap, and the rest what is beside it; without a bound Node takes nearly all.
ENV NODE_OPTIONS="--max-old-space-size-percentage=50 --max-semi-space-size=16"
ENV NODE_ENV=production CHECKREIN_HOST=0.0.0.0 CHECKREIN_STATE_DIRECTORY=/var/lib/checkrein
# By number, so that Kubernetes can see that it is not root (`runAsNonRoot`).
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.CHECKREIN_ADMIN_PORT ?? 8081) + '/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The exec form: node is process 1 and gets SIGTERM itself. `docker run … checkrein check` checks contracts instead of serving.
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
