import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsIn } from './scan-text.ts'

// Assembled, so that no scanner takes this file for a leak.
const PASSWORD = `Harbor${'4711x!'}`

test('the password among the arguments of a call that logs in is found, and only it', () => {
  for (const line of [
    `new PDO('mysql:host=db1;dbname=shop', 'bob', '${PASSWORD}')`,
    `mysqli_connect('db1.prod.internal', 'bob', '${PASSWORD}', 'shop')`,
    `new NetworkCredential("bob", "${PASSWORD}")`,
    `requests.get(url, auth=HTTPBasicAuth('bob', '${PASSWORD}'))`,
    `DriverManager.getConnection(url, "bob", "${PASSWORD}");`,
    `jdbc:oracle:thin:bob/${PASSWORD}@//db1:1521/x`,
    `bob:${PASSWORD}@tcp(db1:3306)/shop?parseTime=true`,
    `db1.prod:5432:shop:bob:${PASSWORD}`,
    `DBI->connect($dsn, "bob", "${PASSWORD}", {RaiseError => 1});`,
    `rabbitmqadmin -u bob -p ${PASSWORD} list queues`,
    `credentials: admin / ${PASSWORD}`,
    `snmp-server host 10.1.2.3 version 2c ${PASSWORD}`,
    `snmp-server user bob g v3 auth sha ${PASSWORD}`,
    `bob : EAP "${PASSWORD}"`,
    `db.getSiblingDB("admin").auth("bob", "${PASSWORD}")`,
    `ENGINE = MySQL('db1:3306', 'shop', 't', 'bob', '${PASSWORD}')`,
    `echo "${PASSWORD}" | sudo -S systemctl restart x`,
    `requests.get(url, auth=("bob", "${PASSWORD}"))`,
    `rocommunity ${PASSWORD} 10.1.0.0/16`,
    `createUser bob SHA-256 "${PASSWORD}" AES`,
    `radtest bob ${PASSWORD} 10.1.1.1 0 x`,
    `bob : EAP "${PASSWORD}"`,
    `htpasswd -nbB bob '${PASSWORD}'`,
    `printf "bob:$(openssl passwd -apr1 '${PASSWORD}')"`,
    `sentinel auth-pass mymaster ${PASSWORD}`,
    `    Key Content            : ${PASSWORD}`,
    `WIFI:T:WPA;S:Guest;P:${PASSWORD};;`,
  ])
    assert.deepEqual(secretsIn(line), [PASSWORD], line)
})

test('variables and placeholders among the arguments are left alone', () => {
  for (const line of [
    'new PDO($dsn, $user, $password)',
    'new NetworkCredential("bob", "${PASSWORD}")',
    'DriverManager.getConnection(url, user, System.getenv("DB_PASS"));',
    'jdbc:oracle:thin:bob/PASSWORD@//db1:1521/x',
    'requests.get(url, auth=(user, password))',
    'rocommunity public 10.1.0.0/16',
    'set psksecret ENC nBzLs0Qb9sRkFwXyZt7uV1aC',
    'htpasswd -nbB bob "$PASSWORD"',
  ])
    assert.deepEqual(secretsIn(line), [], line)
})
