/** Field, the wrong value as the answer shows it, and what is allowed. */
export type Fault = readonly [pointer: string, value: string, allowed: RegExp]

const wrong = (name: string, fields: object, ...faults: readonly [Fault, ...Fault[]]) => ({ name, fields, faults })

/** What is wrong with a job; its other fields are valid. */
export const wrongJobs = [
  wrong('a minute of 61', { cronExpression: '61 * * * *' }, ['/cronExpression', '61', /0-59/]),
  wrong('four fields', { cronExpression: '* * * *' }, ['/cronExpression', '* * * *', /five fields/]),
  wrong('a six-field cron', { cronExpression: '0 0 12 * * *' }, ['/cronExpression', '6', /five/]),
  wrong('a schedule in words', { cronExpression: 'every day' }, [
    '/cronExpression',
    'every day',
    /five fields.*@daily.*rate/,
  ]),
  wrong('an unknown shortcut', { cronExpression: '@reboot' }, ['/cronExpression', '@reboot', /@daily/]),
  wrong('a day that never comes', { cronExpression: '0 0 30 2 *' }, ['/cronExpression', '0 0 30 2 *', /occurrence/]),
  wrong('a past at()', { cronExpression: 'at(2020-01-01T00:00:00)' }, [
    '/cronExpression',
    '2020-01-01',
    /later than now/,
  ]),
  wrong('a rate of 0', { cronExpression: 'rate(0 minutes)' }, ['/cronExpression', '0', /./]),
  wrong('an unknown zone', { timezone: 'Mars/Base' }, ['/timezone', 'Mars/Base', /IANA.*Europe\/Paris/]),
  wrong('an offset as zone', { timezone: '+02:00' }, ['/timezone', '+02:00', /IANA/]),
  wrong('a private address', { targetUrl: 'http://10.0.0.1/' }, ['/targetUrl', '10.0.0.1', /not a public address/]),
  wrong('the metadata service', { targetUrl: 'http://169.254.169.254/x' }, [
    '/targetUrl',
    '169.254.169.254',
    /not a public/,
  ]),
  wrong('an address as one number', { targetUrl: 'http://167772161/' }, [
    '/targetUrl',
    '10.0.0.1',
    /not a public address/,
  ]),
  wrong('an IPv4 address in IPv6', { targetUrl: 'http://[::ffff:10.0.0.1]/' }, ['/targetUrl', 'a00:1', /not a public/]),
  wrong('a name without a dot', { targetUrl: 'http://intranet/' }, ['/targetUrl', 'intranet', /public name has a dot/]),
  wrong('a file', { targetUrl: 'file:///etc/passwd' }, ['/targetUrl', 'file', /https and http/]),
  wrong('a password in the URL', { targetUrl: 'https://u:p@api.example.com/' }, ['/targetUrl', 'password', /auth/]),
  wrong('the port of mail', { targetUrl: 'https://api.example.com:25/' }, ['/targetUrl', '25', /protocol/]),
  wrong('CR LF in a header', { headers: { 'X-A': 'a\r\nX-B: b' } }, ['/headers/X-A', 'U+000D', /visible text/]),
  wrong('a space in a header name', { headers: { 'X A': 'a' } }, ['/headers/X A', 'X A', /./]),
  wrong('a header that is not the job’s', { headers: { Host: 'a' } }, ['/headers/Host', 'Host', /./]),
  wrong('an unknown secret', { headers: { 'X-A': '{{secrets.NOPE}}' } }, [
    '/headers/X-A',
    'NOPE',
    /PUT \/api\/secrets\/NOPE/,
  ]),
  wrong('a secret in the host', { targetUrl: 'https://{{secrets.A}}.example.com/' }, [
    '/targetUrl',
    'secret',
    /path or in a query/,
  ]),
  wrong('a misspelt reference', { body: '{{ secrets.A }}', httpMethod: 'POST' }, [
    '/body',
    '{{ secrets.A }}',
    /\{\{secrets\.NAME\}\}/,
  ]),
  wrong('a body of 70,000 bytes', { body: 'é'.repeat(35_000), httpMethod: 'POST' }, ['/body', '', /65536 bytes/]),
  wrong('an unknown field', { colour: 'red' }, ['/colour', '', /not a known field/]),
  wrong('an unknown field inside', { notify: { onMonday: true } }, ['/notify/onMonday', '', /not a known field/]),
  wrong('no name', { name: undefined }, ['/name', '', /required.*string/]),
  wrong('a name of spaces', { name: '   ' }, ['/name', '', /at least 1/]),
  wrong('an unknown method', { httpMethod: 'TRACE' }, ['/httpMethod', 'TRACE', /GET, HEAD, POST/]),
  wrong('a timeout too short', { timeout: 999 }, ['/timeout', '999', /at least 1000/]),
  wrong('a timeout too long', { timeout: 300_001 }, ['/timeout', '300001', /at most 300000/]),
  wrong('a number as text', { maxRetries: '3' }, ['/maxRetries', '"3"', /number/]),
  wrong('a broken status range', { success: { status: ['2xx'] } }, ['/success/status/0', '2xx', /200-299/]),
  wrong('an end before the start', { startAt: '2036-01-01T00:00:00Z', endAt: '2035-01-01T00:00:00Z' }, [
    '/endAt',
    '2035-01-01',
    /later than startAt/,
  ]),
  wrong('a local time as start', { startAt: '2036-01-01T00:00:00' }, ['/startAt', '2036-01-01', /UTC/]),
  wrong('two faults', { timeout: 0, timezone: 7 }, ['/timeout', '0', /at least 1000/], ['/timezone', '7', /string/]),
  wrong(
    'a wrong zone and a wrong target',
    { timezone: 'Y', targetUrl: 'x' },
    ['/timezone', 'Y', /IANA/],
    ['/targetUrl', '', /https:\/\//],
  ),
] as const
