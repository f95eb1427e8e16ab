#!/bin/sh
# Stands in for the program kind: keeps what it was called with, and has clusters that are no more than names in a file.
# What shall go wrong is in a file called after the first two words of the call, and used up by it.
folder=$(dirname "$0")
words="$1 $2"
for argument in "$@"; do printf '%s\037' "$argument"; done >> "$folder/calls"
printf '%s\037%s\n' "${KUBECONFIG-unset}" "${KIND_CLUSTER_NAME-unset}" >> "$folder/calls"

fault=''
if [ -f "$folder/fault $words" ]; then
  read -r fault < "$folder/fault $words"
  rm "$folder/fault $words"
fi
touch "$folder/clusters"

fail() {
  printf 'Some words before\nERROR: %s\n\nStack Trace: \n...\n' "$1" >&2
  exit 1
}
hang() {
  exec sleep 600
}
name=''
config=''
kubeconfig=''
while [ $# -gt 0 ]; do
  case "$1" in
    --name) name=$2 ;;
    --config) config=$2 ;;
    --kubeconfig) kubeconfig=$2 ;;
  esac
  shift
done
has() {
  while read -r each; do [ "$each" = "$name" ] && return 0; done < "$folder/clusters"
  return 1
}
drop() {
  while read -r each; do [ "$each" = "$name" ] || echo "$each"; done < "$folder/clusters" > "$folder/clusters.new"
  mv "$folder/clusters.new" "$folder/clusters"
}

case "$fault" in
  hang) hang ;;
  no-runtime) fail 'failed to list clusters: command "docker ps" failed with error: exit status 1' ;;
esac
case "$words" in
  'version ') cat "$folder/version" ;;
  'get clusters')
    [ -s "$folder/clusters" ] || echo 'No kind clusters found.' >&2
    cat "$folder/clusters"
    ;;
  'create cluster')
    has && fail "node(s) already exist for a cluster with the name \"$name\""
    [ "$fault" = no-room ] && fail 'failed to create cluster: no space left on device'
    cat "$config" > "$folder/config $name"
    echo "$name" >> "$folder/clusters"
    case "$fault" in
      half-done) kill -9 $$ ;;
      half-done-and-hang) hang ;;
    esac
    (umask 077 && cat "$folder/kubeconfig" > "$kubeconfig")
    ;;
  'delete cluster') [ "$fault" = does-nothing ] || drop ;;
  'get kubeconfig')
    has || fail "could not locate any control plane nodes for cluster named '$name'."
    cat "$folder/kubeconfig"
    ;;
  *) fail "unknown command \"$words\" for \"kind\"" ;;
esac
