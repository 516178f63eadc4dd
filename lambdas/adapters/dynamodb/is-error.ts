/** Errors of DynamoDB that stores expect (Amazon DynamoDB API Reference, "PutItem" and "TransactWriteItems", Errors). */
type ExpectedError = 'ConditionalCheckFailedException' | 'TransactionCanceledException' | 'TransactionConflictException'

/** @returns whether something that was thrown is one of these errors of DynamoDB, whichever client threw it. */
export const isError = (thrown: unknown, ...names: readonly [ExpectedError, ...ExpectedError[]]): thrown is Error =>
  thrown instanceof Error && names.some((name) => name === thrown.name)
