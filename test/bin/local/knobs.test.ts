import { describe, expect, it } from 'vitest'
import { readKnobs } from '../../../bin/local/knobs.ts'

describe('readKnobs', () => {
  it('has the documented defaults', () => {
    expect(readKnobs({ PATH: '/bin' })).toMatchObject({
      PORT: 8787,
      DATA_DIR: '.punctual',
      TARGET_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
      HOST_PARALLELISM: '200',
      ADMIN_EMAILS: '',
      DEMO: true,
      LOCAL_IAM: true,
    })
  })

  it('takes every knob', () => {
    const given = {
      PORT: '0',
      DATA_DIR: '/data',
      TARGET_ALLOW_CIDRS: '10.0.0.0/8, fd00::/8,192.168.1.1',
      ADMIN_EMAILS: 'a@example.com,b@example.com',
      DEMO: '0',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000',
      LOCAL_IAM: 'off',
      LOCAL_CALLS_FILE: '/tmp/calls.jsonl',
    }
    expect(readKnobs(given)).toMatchObject({ ...given, PORT: 0, DEMO: false, LOCAL_IAM: false })
    expect(readKnobs({ TARGET_ALLOW_CIDRS: '' })).toMatchObject({ TARGET_ALLOW_CIDRS: '' })
  })

  it.each<[environment: Record<string, string>, complaint: string]>([
    [{ PORT: '65536' }, 'PORT is "65536"; it must be a port, 1 to 65535, or 0 for any free one'],
    [{ PORT: '' }, 'PORT is ""; it must be a port'],
    [{ PORT: '80a' }, 'PORT is "80a"; it must be a port'],
    [{ DATA_DIR: '' }, 'DATA_DIR is ""; it must be a folder'],
    [{ TARGET_ALLOW_CIDRS: '10.0.0.0/33' }, 'it has "10.0.0.0/33", which is no address range such as 127.0.0.0/8'],
    [{ TARGET_ALLOW_CIDRS: 'localhost' }, 'it has "localhost", which is no address range'],
    [{ TARGET_ALLOW_CIDRS: '10.0.0.0/8/8' }, 'it has "10.0.0.0/8/8"'],
    [{ ADMIN_EMAILS: 'a@example.com,b' }, 'it has "b", which is no e-mail address'],
    [{ DEMO: 'yes' }, 'DEMO is "yes"; it must be 0 or 1'],
    [{ LOCAL_IAM: 'on' }, 'LOCAL_IAM is "on"; it must be enforce or off'],
    [{ LOCAL_CALLS_FILE: '' }, 'it must be a file'],
    [{ AWS_ENDPOINT_URL_DYNAMODB: 'x' }, 'it must be an http URL'],
  ])('refuses %j', (environment, complaint) => {
    expect(() => readKnobs(environment)).toThrow(complaint)
  })

  it('names every wrong knob at once', () => {
    expect(() => readKnobs({ PORT: 'a', DEMO: 'b' })).toThrow(/PORT is "a".*\n.*DEMO is "b"/)
  })
})
