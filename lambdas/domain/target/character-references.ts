import { type ReadEscape, utf8 } from './escapes.ts'

/** From ! on, by code point; `-` where there is no name for it (HTML, "Named character references"). */
const ASCII_NAMES =
  'excl quot num dollar percnt amp apos lpar rpar ast plus comma - period sol - - - - - - - - - - colon semi lt equals gt quest ' +
  'commat - - - - - - - - - - - - - - - - - - - - - - - - - - lsqb bsol rsqb hat lowbar grave - - - - - - - - - - - - - - - - ' +
  '- - - - - - - - - - lcub verbar rcub'
/** From U+00A0 on (HTML 4, "Character entity references for ISO 8859-1 characters"). */
const LATIN_1_NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute ' +
  'Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute ' +
  'THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ' +
  'ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'

const codesOf = (names: string, first: number) => names.split(' ').map((name, at) => [name, first + at] as const)

const CODES: ReadonlyMap<string, number> = new Map([...codesOf(ASCII_NAMES, 0x21), ...codesOf(LATIN_1_NAMES, 0xa0)])

const CHARACTER_REFERENCE = /^&(?:#0*(\d{1,7})|#x0*([0-9a-f]{1,6})|([a-z]{2,6}\d{0,2}));?/i
/** A reference is not looked at beyond this many bytes, however many zeros it begins with. */
const LONGEST_REFERENCE = 24

/** `&amp;`, `&uuml;`, `&#65;`, `&#x41;` at a place of a text, without the semicolon too. */
export const characterReferenceAt: ReadEscape = (bytes, at) => {
  const match = CHARACTER_REFERENCE.exec(bytes.toString('latin1', at, at + LONGEST_REFERENCE))
  if (!match) return undefined
  const [text, decimal, hex, name] = match
  if (name !== undefined) return namedAt(text, name)
  const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)
  return code > 0x10_ffff ? undefined : { bytes: utf8(code), length: text.length }
}

/** Without a semicolon the name ends where it is one: `&ampx` is `&x`. */
function namedAt(text: string, name: string) {
  if (text.endsWith(';')) {
    const code = codeOf(name)
    return code === undefined ? undefined : { bytes: utf8(code), length: text.length }
  }
  for (let length = name.length; length >= 2; length--) {
    const code = codeOf(name.slice(0, length))
    if (code !== undefined) return { bytes: utf8(code), length: length + 1 }
  }
  return undefined
}

const codeOf = (name: string): number | undefined => CODES.get(name) ?? CODES.get(name.toLowerCase())
