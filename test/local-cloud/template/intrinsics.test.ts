import { describe, expect, it } from 'vitest'
import { resolveValue, type Scope } from '../../../local/template/intrinsics.ts'

const scope: Scope = {
  reference(name) {
    const values: Record<string, unknown> = {
      Table: 'the-table',
      'AWS::Region': 'us-east-1',
      List: ['a', 'b'],
      Count: 3,
    }
    if (!(name in values)) throw new Error(`The template has no resource or parameter "${name}"`)
    return values[name]
  },
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  condition: (name) => name === 'Yes',
  mapped: (map, key, subkey) => `${map}.${key}.${subkey}`,
}

const ref = (name: string) => ({ Ref: name })

describe('resolveValue', () => {
  it.each<[name: string, value: unknown, expected: unknown]>([
    ['plain values', { a: [1, 'b', true, null] }, { a: [1, 'b', true, null] }],
    ['Ref', { a: ref('Table') }, { a: 'the-table' }],
    ['Ref to NoValue as a property', { a: 1, b: ref('AWS::NoValue') }, { a: 1 }],
    ['Ref to NoValue as an item', [1, ref('AWS::NoValue'), 2], [1, 2]],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'Queue/Arn'],
    ['GetAtt with a dotted attribute', { 'Fn::GetAtt': ['Nested', 'Outputs.Url'] }, 'Nested/Outputs.Url'],
    ['Join', { 'Fn::Join': [':', ['arn', ref('AWS::Region'), ref('Count')]] }, 'arn:us-east-1:3'],
    ['Join of a list that is referred to', { 'Fn::Join': [',', ref('List')] }, 'a,b'],
    ['Join without separator', { 'Fn::Join': ['', ['x', { 'Fn::GetAtt': ['Q', 'Arn'] }, '/*']] }, 'xQ/Arn/*'],
    ['Split', { 'Fn::Split': ['-', ref('Table')] }, ['the', 'table']],
    ['Select', { 'Fn::Select': [1, { 'Fn::Split': ['-', ref('Table')] }] }, 'table'],
    ['Select with a text index', { 'Fn::Select': ['0', ref('List')] }, 'a'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the syntax of Fn::Sub
    ['Sub', { 'Fn::Sub': 'a ${Table} b ${Queue.Arn} c ${AWS::Region}' }, 'a the-table b Queue/Arn c us-east-1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the syntax of Fn::Sub
    ['Sub with a literal', { 'Fn::Sub': '${!Table} ${Table}' }, '${Table} the-table'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the syntax of Fn::Sub
    ['Sub with variables', { 'Fn::Sub': ['${mine}-${Table}', { mine: ref('AWS::Region') }] }, 'us-east-1-the-table'],
    ['FindInMap', { 'Fn::FindInMap': ['Map', ref('AWS::Region'), 'key'] }, 'Map.us-east-1.key'],
    ['If, true', { 'Fn::If': ['Yes', ref('Table'), ref('Missing')] }, 'the-table'],
    ['If, false', { a: { 'Fn::If': ['No', ref('Missing'), ref('AWS::NoValue')] } }, {}],
    ['Equals, true', { 'Fn::Equals': [ref('Table'), 'the-table'] }, true],
    ['Equals, false', { 'Fn::Equals': [ref('Table'), 'another'] }, false],
    ['And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['Or', { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
    ['Not', { 'Fn::Not': [{ Condition: 'No' }] }, true],
    ['a policy condition', { Condition: { Bool: { x: ref('Table') } } }, { Condition: { Bool: { x: 'the-table' } } }],
    ['Base64', { 'Fn::Base64': 'hällo' }, 'aMOkbGxv'],
    ['Length', { 'Fn::Length': ref('List') }, 2],
    ['ToJsonString', { 'Fn::ToJsonString': { a: ref('Table') } }, '{"a":"the-table"}'],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected)
  })

  it.each<[value: unknown, message: string]>([
    [{ 'Fn::ImportValue': 'Other' }, 'imports nothing'],
    [{ 'Fn::Transform': {} }, 'does not know the template function Fn::Transform'],
    [{ 'Fn::Select': [2, ['a', 'b']] }, 'there is no item 2 in ["a","b"]'],
    [{ 'Fn::Join': [',', 'text'] }, 'Fn::Join takes a list here, not "text"'],
    [{ 'Fn::Join': [',', [{ an: 'object' }]] }, 'Fn::Join takes a string here, not {"an":"object"}'],
    [ref('Missing'), 'no resource or parameter "Missing"'],
  ])('refuses %j', (value, message) => {
    expect(() => resolveValue(value, scope)).toThrow(message)
  })
})
