import { describe, expect, it } from 'vitest'
import { readCommand } from '../../../lambdas/domain/import/crontab/command.ts'

const read = (command: string, stdin?: string) => readCommand(command, stdin, new Map())

function callOf(command: string, stdin?: string) {
  const line = read(command, stdin)
  if (!line.ok) throw new Error(line.problem)
  return line
}

const U = 'https://example.com/sync'
const FORM = ['Content-Type', 'application/x-www-form-urlencoded']

describe('readCommand', () => {
  it.each([
    [`curl ${U}`, { httpMethod: 'GET', url: U, headers: [], body: null }],
    [`/usr/bin/curl -fsSL ${U}`, { httpMethod: 'GET', url: U }],
    ['curl example.com', { url: 'http://example.com' }],
    [`curl --url ${U}`, { url: U }],
    [`curl -XPOST ${U}`, { httpMethod: 'POST', body: null }],
    [`curl -X PUT -d x ${U}`, { httpMethod: 'PUT', body: 'x', headers: [FORM] }],
    [`curl -I ${U}`, { httpMethod: 'HEAD' }],
    [`curl -d a=1 --data b=2 --data-raw @c ${U}`, { httpMethod: 'POST', body: 'a=1&b=2&@c', headers: [FORM] }],
    [`curl --data-urlencode 'q=a b&c' ${U}`, { body: 'q=a%20b%26c' }],
    [`curl --data-urlencode '=a b' ${U}`, { body: 'a%20b' }],
    [`curl -G -d a=1 -d b=2 ${U}`, { httpMethod: 'GET', url: `${U}?a=1&b=2`, body: null, headers: [] }],
    [`curl -G -d a=1 '${U}?x=y#z'`, { url: `${U}?x=y&a=1#z` }],
    [
      `curl --json '{"a":1}' ${U}`,
      {
        httpMethod: 'POST',
        body: '{"a":1}',
        headers: [
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json'],
        ],
      },
    ],
    [
      `curl -H 'Content-Type: application/json' -H 'X-Empty;' -d '{}' ${U}`,
      {
        headers: [
          ['Content-Type', 'application/json'],
          ['X-Empty', ''],
        ],
      },
    ],
    [`curl -H 'Content-Type:' -d x ${U}`, { headers: [] }],
    [`curl -u ada:s3:cret ${U}`, { basicAuth: { username: 'ada', password: 's3:cret' } }],
    [`curl --oauth2-bearer tok ${U}`, { headers: [['Authorization', 'Bearer tok']] }],
    [
      `curl -A robot -e https://example.com/ -b 'a=1; b=2' ${U}`,
      {
        headers: [
          ['Cookie', 'a=1; b=2'],
          ['User-Agent', 'robot'],
          ['Referer', 'https://example.com/'],
        ],
      },
    ],
    [`wget -q -O /dev/null ${U}`, { httpMethod: 'GET', url: U, headers: [], body: null }],
    [`wget -qO- ${U}`, { url: U }],
    [`wget --spider -nv ${U}`, { httpMethod: 'HEAD' }],
    [
      `wget --post-data='a=1' --header='X-A: b' ${U}`,
      { httpMethod: 'POST', body: 'a=1', headers: [['X-A', 'b'], FORM] },
    ],
    [
      `wget --method=DELETE --user=ada --password=x ${U}`,
      {
        httpMethod: 'DELETE',
        basicAuth: { username: 'ada', password: 'x' },
      },
    ],
  ])('reads the call of %s', (command, call) => {
    expect(callOf(command).made.call).toMatchObject(call)
  })

  it.each([
    [`curl -m 10 ${U}`, { timeoutMs: 10_000, followsRedirects: false, success: undefined, maxRetries: 0 }],
    [`curl --max-time 0.2 ${U}`, { timeoutMs: 1000 }],
    [`curl -m 0 ${U}`, { timeoutMs: undefined }],
    [`timeout 2m curl ${U}`, { timeoutMs: 120_000 }],
    [`timeout -k 5 30 nice -n 10 curl -m 20 ${U}`, { timeoutMs: 20_000 }],
    [`curl -f ${U}`, { success: ['200-399'] }],
    [`curl -fL ${U}`, { success: ['200-299'], followsRedirects: true }],
    [`curl --retry 50 --retry-delay 7 ${U}`, { maxRetries: 10, retryDelaySeconds: 7 }],
    [`wget -T 15 -t 3 ${U}`, { timeoutMs: 15_000, maxRetries: 2, followsRedirects: true, success: ['200-299'] }],
    [`wget --max-redirect=0 ${U}`, { followsRedirects: false, maxRetries: 0 }],
  ])('reads how %s calls', (command, made) => {
    expect(callOf(command).made).toMatchObject(made)
  })

  it.each([
    `nice -n 19 ionice -c2 -n7 curl ${U}`,
    `flock -n /tmp/lock curl ${U}`,
    `FOO=bar env A=b curl ${U}`,
    `sudo -u www-data curl ${U}`,
    `cd /srv && curl ${U}`,
    `curl ${U} >/dev/null 2>&1`,
    `curl ${U} || true`,
    `curl ${U} ; exit 0`,
    `curl ${U} &`,
  ])('finds the one call in %s, without a warning', (command) => {
    const { made, warnings, fallback } = callOf(command)
    expect(made.call.url).toBe(U)
    expect({ warnings, fallback }).toEqual({ warnings: [], fallback: undefined })
  })

  it.each([
    [`curl -k ${U}`, 'checks certificates'],
    [`curl -o /tmp/x ${U}`, '/tmp/x'],
    [`curl -O ${U}`, 'no longer saved'],
    [`curl ${U} >> /var/log/x.log 2>&1`, '/var/log/x.log'],
    [`curl ${U} | logger -t sync`, 'logger -t sync'],
    [`sleep 30; curl ${U}`, 'full minute'],
    [`curl ${U} || echo failed | mail -s x ops`, 'notify tells of failures'],
    [`curl ${U}?a=1&b=2`, 'the URL at "&"'],
    [`wget --no-check-certificate ${U}`, 'checks certificates'],
  ])('warns of what is lost of %s', (command, words) => {
    expect(callOf(command).warnings).toEqual([expect.stringContaining(words)])
  })

  it('takes the call of a fallback for the one to notify', () => {
    const { fallback, warnings } = callOf(`curl -fsS ${U} || curl -fsS https://hc.example.com/fail`)
    expect(fallback?.call.url).toBe('https://hc.example.com/fail')
    expect(warnings).toEqual([])
  })

  it('sends what the crontab gives as input', () => {
    expect(callOf(`curl -d @- ${U}`, 'a=1\nb=2').made.call.body).toBe('a=1b=2')
    expect(callOf(`curl --data-binary @- ${U}`, 'a=1\nb=2').made.call.body).toBe('a=1\nb=2\n')
  })

  it.each([
    ['cd /srv && php sync.php >> log 2>&1', 'it runs php, which is no HTTP call'],
    ['/usr/local/bin/backup.sh', 'it runs backup.sh'],
    ['curl', 'no URL'],
    [`curl ${U} https://example.com/b`, 'calls 2 URLs'],
    [`curl 'https://example.com/{a,b}'`, 'stands for several'],
    [`curl -d @file ${U}`, 'content of a file'],
    [`curl -d @- ${U}`, 'content of a file'],
    [`curl --data-urlencode q@file ${U}`, 'content of a file'],
    [`curl -H @file ${U}`, 'headers from a file'],
    [`curl -b jar.txt ${U}`, 'cookies from a file'],
    [`curl -F a=b ${U}`, 'multipart'],
    [`curl -T file ${U}`, 'sends a file'],
    [`curl -x proxy ${U}`, 'proxy'],
    [`curl --digest -u a:b ${U}`, 'digest'],
    [`curl -X TRACE ${U}`, 'method TRACE'],
    [`curl --frobnicate ${U}`, '--frobnicate is not known'],
    [`curl -Z ${U}`, '-Z is not known'],
    [`curl ${U} -m`, '-m has no value'],
    [`curl ${U} | sh`, 'hands the answer on to another program: sh'],
    [`curl ${U} && curl https://example.com/b`, 'something else besides the call: curl'],
    [`curl ${U}; curl https://example.com/b`, 'something else besides the call: curl'],
    [`test -f /x && curl ${U}`, 'it runs test'],
    [`curl ${U} || curl -F a=b https://example.com/b`, 'when the call fails'],
    [`curl -d @- ${U} < file`, 'reads from a file'],
    [`wget --post-file=x ${U}`, 'content of a file'],
    [`wget -r ${U}`, 'follows links'],
    [':', 'runs nothing'],
  ])('refuses %s and says why', (command, problem) => {
    expect(read(command)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
  })
})
