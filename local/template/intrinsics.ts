/** What intrinsic functions refer to. Each throws for a name that the template does not have. */
export type Scope = {
  /** `Ref`: a parameter's value, a pseudo parameter's, or a resource's physical id. */
  reference(name: string): unknown
  attribute(logicalId: string, attribute: string): unknown
  condition(name: string): boolean
  mapped(map: string, key: string, subkey: string): unknown
}

/** What `Ref: AWS::NoValue` resolves to: the property that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue')

type Intrinsic = (argument: unknown, scope: Scope) => unknown

/**
 * Replaces every intrinsic function inside a template's value by what it stands for.
 * Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 * @throws for functions that make no sense on one machine (Fn::ImportValue, transforms) and for wrong arguments
 */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== NO_VALUE)
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first && isIntrinsicName(first[0])) return callIntrinsic(first[0], first[1], scope)
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolveValue(item, scope)] as const).filter(([, item]) => item !== NO_VALUE),
  )
}

const isIntrinsicName = (name: string) => name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')

function callIntrinsic(name: string, argument: unknown, scope: Scope): unknown {
  // "Condition" is an intrinsic only where it names one; in a policy document it is a block.
  if (name === 'Condition' && typeof argument !== 'string') return { Condition: resolveValue(argument, scope) }
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined
  if (!intrinsic) throw new Error(`The local cloud does not know the template function ${name}`)
  return intrinsic(argument, scope)
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => (name === 'AWS::NoValue' ? NO_VALUE : scope.reference(text('Ref', name))),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...path] = typeof argument === 'string' ? argument.split('.') : list('Fn::GetAtt', argument)
    return scope.attribute(
      text('Fn::GetAtt', logicalId),
      path.map((part) => text('Fn::GetAtt', resolveValue(part, scope))).join('.'),
    )
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list('Fn::Join', resolveValue(argument, scope))
    return list('Fn::Join', items)
      .map((item) => text('Fn::Join', item))
      .join(text('Fn::Join', separator))
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = list('Fn::Split', resolveValue(argument, scope))
    return text('Fn::Split', source).split(text('Fn::Split', separator))
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list('Fn::Select', resolveValue(argument, scope))
    const found = list('Fn::Select', items)[Number(index)]
    if (found === undefined) throw new Error(`Fn::Select: there is no item ${index} in ${JSON.stringify(items)}`)
    return found
  },
  'Fn::Sub': substitute,
  'Fn::FindInMap': (argument, scope) => {
    const names = list('Fn::FindInMap', resolveValue(argument, scope)).map((name) => text('Fn::FindInMap', name))
    return scope.mapped(names[0] ?? '', names[1] ?? '', names[2] ?? '')
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument)
    return resolveValue(scope.condition(text('Fn::If', condition)) ? whenTrue : whenFalse, scope)
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', resolveValue(argument, scope))
    return JSON.stringify(left) === JSON.stringify(right)
  },
  'Fn::And': (argument, scope) => list('Fn::And', resolveValue(argument, scope)).every(isTrue),
  'Fn::Or': (argument, scope) => list('Fn::Or', resolveValue(argument, scope)).some(isTrue),
  'Fn::Not': (argument, scope) => !list('Fn::Not', resolveValue(argument, scope)).every(isTrue),
  Condition: (name, scope) => scope.condition(text('Condition', name)),
  'Fn::Base64': (argument, scope) =>
    Buffer.from(text('Fn::Base64', resolveValue(argument, scope)), 'utf8').toString('base64'),
  'Fn::Length': (argument, scope) => list('Fn::Length', resolveValue(argument, scope)).length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolveValue(argument, scope)),
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${String(scope.reference('AWS::Region'))}${zone}`),
  'Fn::ImportValue': (argument) => {
    throw new Error(`Fn::ImportValue ${JSON.stringify(argument)}: the local cloud runs one stack, it imports nothing`)
  },
}

/** `${Name}`, `${LogicalId.Attribute}`, `${!Literal}`. */
const PLACEHOLDER = /\$\{(!?)([^}]*)\}/g

function substitute(argument: unknown, scope: Scope): string {
  const [pattern, given] = typeof argument === 'string' ? [argument, undefined] : list('Fn::Sub', argument)
  const variables = isObject(given) ? given : {}
  return text('Fn::Sub', pattern).replace(PLACEHOLDER, (_match, literal: string, placeholder: string) => {
    const name = placeholder.trim()
    if (literal) return `\${${placeholder}}`
    if (Object.hasOwn(variables, name)) return text('Fn::Sub', resolveValue(variables[name], scope))
    const dot = name.indexOf('.')
    const value = dot < 0 ? scope.reference(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1))
    return text('Fn::Sub', value)
  })
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isTrue = (value: unknown) => value === true

function list(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} takes a list here, not ${JSON.stringify(value)}`)
  return value
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${name} takes a string here, not ${JSON.stringify(value)}`)
}
