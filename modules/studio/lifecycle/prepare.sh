#!/bin/bash
set -euo pipefail

# Runs whenever an application of Studio starts, before the person sees it. Packages come from the
# account's own source and from nowhere else, and commits bear the name of the person whose role
# the application runs with. It downloads nothing and knows no secret: the token of the package
# source is asked for at each start and ends with the working day.

readonly metadata=/opt/ml/metadata/resource-metadata.json
readonly package_domain="<package-domain>"
readonly package_repository="<package-repository>"

role=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["ExecutionRoleArn"])' \
  "${STUDIO_METADATA:-$metadata}")
person="${role##*-studio-}"

git config --global user.name "$person"
# Rather ask for an address than make one up from the name of the machine.
git config --global user.useConfigOnly true
# No password is kept on the volume.
git config --global credential.helper ""

if [ -n "$package_domain" ]; then
  aws codeartifact login --tool pip --region "<region>" --domain-owner "<account-id>" \
    --domain "$package_domain" --repository "$package_repository" --duration-seconds 43200
  pip config --user set global.disable-pip-version-check true
fi
