#!/usr/bin/env bash
# Does with an empty data folder what the official image's entry point does, in the same order, then becomes the server.
set -euo pipefail
shopt -s nullglob

socket=/var/run/mysqld/mysqld.sock

log() {
  echo "[Entrypoint]: $*" >&2
}

fail() {
  log "ERROR: $*"
  exit 1
}

# The value of VARIABLE may be in the file that VARIABLE_FILE names.
from_file() {
  local file=${1}_FILE
  if [ -n "${!file:-}" ]; then
    [ -z "${!1:-}" ] || fail "both $1 and $file are set"
    export "$1=$(< "${!file}")"
  fi
  unset "$file"
}

# As text between quotes, in SQL and in an option file.
quoted() {
  local escaped=${1//\\/\\\\}
  echo "${escaped//$2/\\$2}"
}

# A client program as root: by the password once it is set.
as_root() {
  local program=$1
  shift
  "$program" --defaults-extra-file=<(printf '[client]\npassword="%s"\n' "$(quoted "$root_password" '"')") \
    --protocol=socket --socket="$socket" --user=root "$@"
}

# For SQL on the standard input, and more options; a sourced script may use it, as with the original.
# shellcheck disable=SC2120
docker_process_sql() {
  as_root mysql --comments ${MYSQL_DATABASE:+"--database=$MYSQL_DATABASE"} "$@"
}

initialise() {
  [ -n "${MYSQL_ROOT_PASSWORD:-}${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ] \
    || fail "the data folder is empty: set MYSQL_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE or MYSQL_ALLOW_EMPTY_PASSWORD"
  log "initialising the data folder"
  "$@" --initialize-insecure --default-time-zone=SYSTEM --autocommit=1
  log "starting a server without networking"
  "$@" --daemonize --skip-networking --default-time-zone=SYSTEM --autocommit=1 --socket="$socket"

  root_password=
  if [ -z "${MYSQL_INITDB_SKIP_TZINFO:-}" ]; then
    mysql_tzinfo_to_sql /usr/share/zoneinfo | as_root mysql --database=mysql
  fi
  local password
  password=$(quoted "${MYSQL_ROOT_PASSWORD:-}" "'")
  {
    echo "SET @@SESSION.SQL_LOG_BIN = 0;" # the accounts are this server's own
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$password';"
    if [ "${MYSQL_ROOT_HOST:=%}" != localhost ]; then
      echo "CREATE USER 'root'@'$MYSQL_ROOT_HOST' IDENTIFIED BY '$password';"
      echo "GRANT ALL ON *.* TO 'root'@'$MYSQL_ROOT_HOST' WITH GRANT OPTION;"
    fi
  } | as_root mysql --database=mysql
  root_password=${MYSQL_ROOT_PASSWORD:-}
  if [ -n "${MYSQL_DATABASE:-}" ]; then
    echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;" | as_root mysql --database=mysql
  fi
  if [ -n "${MYSQL_USER:-}" ] && [ -n "${MYSQL_PASSWORD:-}" ]; then
    {
      echo "CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$(quoted "$MYSQL_PASSWORD" "'")';"
      if [ -n "${MYSQL_DATABASE:-}" ]; then
        echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';"
      fi
    } | as_root mysql --database=mysql
  fi

  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        log "running $file"
        if [ -x "$file" ]; then
          "$file"
        else
          # shellcheck source=/dev/null
          . "$file"
        fi
        ;;
      *.sql)
        log "running $file"
        docker_process_sql < "$file"
        ;;
      *.sql.gz)
        log "running $file"
        gunzip -c "$file" | docker_process_sql
        ;;
      *) log "ignoring $file" ;;
    esac
  done

  log "stopping the server without networking"
  as_root mysqladmin shutdown
}

if [[ ${1:-} == -* ]]; then
  set -- mysqld "$@"
fi
if [ "${1:-}" = mysqld ]; then
  for argument in "$@"; do
    case $argument in
      -'?' | --help | --print-defaults | -V | --version) exec "$@" ;;
    esac
  done
  datadir=$("$@" --verbose --help 2> /dev/null | awk '$1 == "datadir" { print $2 }')
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$datadir"
    find "$datadir" /var/run/mysqld ! -user mysql -exec chown mysql: {} +
    export HOME=/var/lib/mysql
    exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
  fi
  for variable in MYSQL_ROOT_HOST MYSQL_ROOT_PASSWORD MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do
    from_file "$variable"
  done
  if [ ! -d "$datadir/mysql" ]; then
    initialise "$@"
  fi
fi
exec "$@"
