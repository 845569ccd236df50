/** Secrets of every kind, made up and assembled so that no scanner takes this file for a leak. */
import { createRedactor } from '../../../daemon/redact/redact.ts';

export const redactor = createRedactor(Buffer.alloc(32, 1));
export const otherKey = createRedactor(Buffer.alloc(32, 2));

const run = (text: string, length: number): string => text.repeat(length).slice(0, length);
const LINE = run('MIIEvQIBADANBgkqhkiG9w0', 64);

/** Known by their own shape, wherever they stand. */
export const SHAPED: Readonly<Record<string, string>> = {
  'private-key-active': ['-----BEGIN RSA PRIVATE', ` KEY-----\n${LINE}\n${LINE}\nab==\n-----END RSA PRIVATE`, ' KEY-----'].join(''),
  jwt: ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJhZGEifQ', run('s1G-', 40)].join('.'),
  'aws-key': `AKIA${run('Q7BX', 16)}`,
  'github-token': `ghp_${run('a1B2', 36)}`,
  'gitlab-token': `glpat-${run('x9Y8', 20)}`,
  'slack-token': `xoxb-${run('1234-', 24)}a`,
  'stripe-key': `sk_live_${run('a1B2', 24)}`,
  'anthropic-key': `sk-ant-api03-${run('a1B2', 40)}`,
  'openai-key': `sk-proj-${run('a1B2', 40)}`,
  'google-key': `AIza${run('a1B2-', 35)}`,
  'google-token': `ya29.${run('a1B2_', 40)}`,
  'npm-token': `npm_${run('a1B2', 36)}`,
  'pypi-token': `pypi-${run('a1B2', 60)}`,
  'sendgrid-key': `SG.${run('a1B2', 22)}.${run('c3D4', 43)}`,
  'twilio-key': `SK${run('0a1b', 32)}`,
  card: '4111 1111 1111 1111',
  iban: 'DE89 3704 0044 0532 0130 00',
}; // prettier-ignore

/** Only known by where they stand: `S` is the place. */
export const NAMED: readonly (readonly [template: string, kind: string])[] = [
  ['export DB_PASSWORD=S', 'assignment'],
  ["PASSWORD='S' npm test", 'assignment'],
  ['PASSWORD="S" npm test', 'assignment'],
  ['dbPassword: S', 'assignment'],
  ['{"password": "S", "user": "ada"}', 'assignment'],
  ['curl -d "{\\"api_key\\": \\"S\\"}" https://example.com', 'assignment'],
  ["curl -H 'X-Api-Key: S' https://example.com", 'assignment'],
  ['https://example.com/?access_token=S&page=2', 'assignment'],
  ['npm config set //registry.npmjs.org/:_authToken=S', 'assignment'],
  ["'client_secret' => 'S'", 'assignment'],
  ['tool --api-key S run', 'password'],
  ['tool --password=S run', 'password'],
  ['tool --db-password "S" run', 'password'],
  ['curl -u ada:S https://example.com', 'password'],
  ["curl --user 'ada:S' https://example.com", 'password'],
  ['mysql -u root -pS db', 'password'],
  ['docker login -u ada -p S registry.example.com', 'password'],
  ['sshpass -p S ssh host', 'password'],
  ['redis-cli -h db -a S ping', 'password'],
  ['postgres://ada:S@db.example.com/app', 'url-password'],
  ['git clone https://ada:S@example.com/a.git', 'url-password'],
  ['Authorization: Bearer S', 'authorization'],
  ['curl -H "Authorization: token S" https://example.com', 'authorization'],
  ['curl -H "Authorization: S" https://example.com', 'authorization'],
  ['curl -b session=S https://example.com', 'password'],
  ["curl 'https://example.com/?a=1&b=2' --cookie 'theme=; session=S'", 'password'],
  ["curl -H 'Cookie: session=S; ' https://example.com", 'cookie'],
  ['{"Cookie": "session=S"}', 'cookie'],
  ['Set-Cookie: session=S; Path=/', 'cookie'],
  ['curl -sSuada:S https://example.com', 'password'],
  ['npm publish --otp=S', 'password'],
  ['npm publish --otp S', 'password'],
  ['git clone https://S:x-oauth-basic@example.com/a.git', 'url-token'],
  ['git clone https://S:@example.com/a.git', 'url-token'],
  ['psql -c "ALTER USER ada PASSWORD \'S\'"', 'password'],
  ["psql -c 'CREATE ROLE ada LOGIN ENCRYPTED PASSWORD '\\''S'\\'''", 'password'],
  ["create user 'ada'@'%' identified with sha2 by 'S'", 'password'],
  ["SET PASSWORD FOR 'ada' = PASSWORD('S')", 'password'],
  ['sqlite3 db "PRAGMA key=\'S\'"', 'password'],
  ['PRAGMA rekey = "x\'S\'"', 'password'],
  ['aws configure set aws_secret_access_key S', 'password'],
  ['aws configure set profile.x.aws_session_token S --profile x', 'password'],
  ['set -gx API_TOKEN S', 'password'],
  ['setenv API_TOKEN S', 'password'],
  ['gh secret set NAME -b S', 'password'],
  ['gh secret set NAME --body "S"', 'password'],
  ["ssh-keygen -t ed25519 -N 'S' -f key", 'password'],
  ['openssl rsa -passin pass:S -in key', 'assignment'],
  ['openssl enc -aes-256-cbc -k S -in file', 'password'],
  ['sshpass -pS ssh host', 'password'],
  ['htpasswd -b file ada S', 'password'],
  ['htpasswd -nbB ada S > file', 'password'],
  ['vault login -no-print S', 'password'],
  ['docker login --password S', 'password'],
  ['sudo docker login -pS', 'password'],
];

export function placed(template: string, secret: string): string {
  return template.replace(/(?<![A-Z])S(?![A-Za-z])/, () => secret);
}
