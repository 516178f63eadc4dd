import fc from 'fast-check'

/** A mutant must meet the same generated examples in every run, or scores cannot be compared; it need not be shrunk. */
fc.configureGlobal({ seed: 20_261_121, endOnFailure: true })
