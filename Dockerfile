# The image of the agent, which needs nothing but Node and the built file:
#   npm ci && npm run build && docker build -t kubectl-seldon-lifecycle .
# No shell is needed to run it; the root file system may be read-only, and any user but root will do.
FROM node:24-alpine
COPY --chmod=0555 dist/kubectl-seldon_lifecycle.cjs /app/kubectl-seldon_lifecycle.cjs
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/kubectl-seldon_lifecycle.cjs"]
