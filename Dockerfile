# The image of the program, for people and for the agent in the cluster; it needs nothing but Node and the built file:
#   npm ci && npm run build && docker build -t kubectl-seldon-lifecycle .
# What follows the image's name are the program's own arguments: docs/container.md has the whole of it.
# No shell is needed to run it; the root file system may be read-only, and any user but root will do.
FROM node:24-alpine
COPY --chmod=0555 dist/kubectl-seldon_lifecycle.cjs /app/kubectl-seldon_lifecycle.cjs
# One home for every user, also for one who has no name here: the kubeconfig is $HOME/.kube/config.
ENV HOME=/home/user
# What is compiled would be kept in a container that is thrown away.
ENV NODE_DISABLE_COMPILE_CACHE=1
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/app/kubectl-seldon_lifecycle.cjs"]
