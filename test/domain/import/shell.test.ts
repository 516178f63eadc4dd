import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseShell } from '../../../lambdas/domain/import/crontab/shell.ts'

const variables = new Map([
  ['URL', 'https://example.com/sync'],
  ['TOKEN', 's3cret'],
  ['TWO', 'one two'],
])

function wordsOf(text: string): readonly (readonly string[])[] {
  const parsed = parseShell(text, variables)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.steps.flatMap(({ pipeline }) => pipeline.map(({ words }) => words))
}

describe('parseShell', () => {
  it.each([
    ['curl  -s\thttps://example.com', ['curl', '-s', 'https://example.com']],
    [`curl -H 'X-A: b c'`, ['curl', '-H', 'X-A: b c']],
    [`curl -H "X-A: \\"b\\" \\$c"`, ['curl', '-H', 'X-A: "b" $c']],
    [`curl -H X-A:\\ b`, ['curl', '-H', 'X-A: b']],
    [`a'b'"c"d`, ['abcd']],
    [`curl ''`, ['curl', '']],
    [`curl "$URL?t=\${TOKEN}"`, ['curl', 'https://example.com/sync?t=s3cret']],
    [`echo '$URL'`, ['echo', '$URL']],
    ['echo $TWO', ['echo', 'one', 'two']],
    ['echo "$TWO"', ['echo', 'one two']],
    ['curl https://example.com # every day', ['curl', 'https://example.com']],
    ['curl https://example.com/#top', ['curl', 'https://example.com/#top']],
    ['curl https://example.com/?a=b*', ['curl', 'https://example.com/?a=b*']],
    ['echo 5$', ['echo', '5$']],
  ])('reads %s', (text, words) => {
    expect(wordsOf(text)).toEqual([words])
  })

  it.each([
    [
      'curl u >/dev/null 2>&1',
      ['curl', 'u'],
      [
        { operator: '>', target: '/dev/null' },
        { operator: '>&', target: '1' },
      ],
    ],
    ['curl u &>/dev/null', ['curl', 'u'], [{ operator: '&>', target: '/dev/null' }]],
    ['curl u >> /var/log/x.log', ['curl', 'u'], [{ operator: '>>', target: '/var/log/x.log' }]],
    ['curl u2>out', ['curl', 'u2'], [{ operator: '>', target: 'out' }]],
    ['curl 2>out', ['curl'], [{ operator: '>', target: 'out' }]],
    ['cat <in', ['cat'], [{ operator: '<', target: 'in' }]],
  ])('tells arguments from redirections in %s', (text, words, redirections) => {
    const parsed = parseShell(text, variables)
    expect(parsed).toMatchObject({ ok: true, steps: [{ pipeline: [{ words, redirections }] }] })
  })

  it('takes lists of commands apart', () => {
    const parsed = parseShell('cd /x && curl a | tee b || curl c; true & exit', variables)
    if (!parsed.ok) throw new Error(parsed.problem)
    const told = parsed.steps.map(({ before, pipeline }) => [before, pipeline.map(({ words }) => words.join(' '))])
    expect(told).toEqual([
      [undefined, ['cd /x']],
      ['&&', ['curl a', 'tee b']],
      ['||', ['curl c']],
      [';', ['true']],
      ['&', ['exit']],
    ])
  })

  it('sees where an unquoted & cuts a URL', () => {
    const parsed = parseShell('curl http://example.com/?a=1&b=2', variables)
    expect(parsed).toMatchObject({ steps: [{ isGlued: false }, { before: '&', isGlued: true }] })
    expect(parseShell('curl a & b', variables)).toMatchObject({ steps: [{}, { before: '&', isGlued: false }] })
  })

  it.each([
    ['curl $(cat url)', 'runs another command'],
    ['curl `cat url`', 'runs another command'],
    ['curl "a$(date)"', 'runs another command'],
    ['curl $UNKNOWN', '$UNKNOWN, whose value is not in this crontab'],
    [`curl \${URL:-x}`, 'only a shell can know'],
    ['curl $1', 'only a shell can know'],
    [`curl 'a`, 'a quote in it is not closed'],
    ['curl "a', 'a quote in it is not closed'],
    ['(curl a)', 'a subshell'],
    ['cat <<EOF', 'here-document'],
  ])('says why %s cannot be known', (text, problem) => {
    expect(parseShell(text, variables)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
  })

  it('reads back any words that were quoted', () => {
    const single = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
    const double = (word: string) => `"${word.replaceAll(/[$`"\\]/g, '\\$&')}"`
    const word = fc.string({ unit: fc.constantFrom(...`ab \t'"\\$\`|&;<>()#{}=%é漢\n*?~`), maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 5 }), (quoted) => {
        const line = quoted.map(([text, isDouble]) => (isDouble ? double(text) : single(text))).join(' ')
        expect(wordsOf(line)).toEqual([quoted.map(([text]) => text)])
      }),
    )
  })

  it('answers every text, and never throws', () => {
    const any = fc.string({ unit: fc.constantFrom(...`ab \t'"\\$\`|&;<>()#{}=%2`.split('')) })
    fc.assert(fc.property(any, (text) => void parseShell(text, variables)))
  })
})
