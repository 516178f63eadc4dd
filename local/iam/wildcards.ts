/** Tells whether a text fits a pattern with `*` (any characters, or none) and `?` (any one character). */
export type Matcher = (text: string) => boolean

const escaped = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&')

/** What `*` and `?` stand for, as regular expressions. */
const regularExpression = (pattern: string, any: string, one: string) =>
  escaped(pattern).replaceAll('*', any).replaceAll('?', one)

/** Case-sensitive, over the whole text: `StringLike`. */
export function textMatcher(pattern: string): Matcher {
  const expression = new RegExp(`^${regularExpression(pattern, '.*', '.')}$`, 's')
  return (text) => expression.test(text)
}

/** Actions are not case-sensitive (IAM User Guide, "IAM JSON policy elements: Action"). */
export function actionMatcher(pattern: string): Matcher {
  const matches = textMatcher(pattern.toLowerCase())
  return (action) => matches(action.toLowerCase())
}

/**
 * Matches an ARN with the `Resource` element. A `*` at the end of a part between colons goes beyond the colon; elsewhere it
 * stays within its part, but for the last part, which may hold colons itself (IAM User Guide, "IAM JSON policy elements:
 * Resource").
 */
export function resourceMatcher(pattern: string): Matcher {
  const parts = arnParts(pattern).map((part, index) => {
    if (index === ARN_PARTS - 1) return regularExpression(part, '.*', '.')
    const ends = part.endsWith('*')
    return regularExpression(ends ? part.slice(0, -1) : part, '[^:]*', '[^:]') + (ends ? '.*' : '')
  })
  const expression = new RegExp(`^${parts.join(':')}$`, 's')
  return (arn) => expression.test(arn)
}

const ARN_PARTS = 6

/** Checks each of the six parts of an ARN by itself: `ArnLike` and `ArnEquals`, which are the same. */
export function arnMatcher(pattern: string): Matcher {
  const matchers = arnParts(pattern).map(textMatcher)
  return (arn) => {
    const parts = arnParts(arn)
    return parts.length === matchers.length && matchers.every((matches, index) => matches(parts[index] ?? ''))
  }
}

/** The last part may contain colons; what has fewer parts is no ARN, such as `*`. */
function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return parts.length < ARN_PARTS ? parts : [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')]
}
