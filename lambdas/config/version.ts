/** The version of Punctual, as in package.json; a constant, so that the bundles need not carry that file. */
export const VERSION = '0.1.0'
