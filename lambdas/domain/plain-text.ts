/**
 * Text of one line for people. It has no controls, which terminals and logs obey, and none of the marks that turn the
 * direction of writing round, with which a name can be made to read as another (Unicode Technical Report 36, section 3.2).
 */
export const PLAIN_LINE = /^[^\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]*$/u
/** The same, of several lines. */
export const PLAIN_LINES = /^(?:[\t\n\r]|[^\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff])*$/u

export const NOT_PLAIN = 'must not have control characters or marks of writing direction'
