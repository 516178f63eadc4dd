/** A call whose permissions are not known here. It is refused: to let it pass would hide what AWS might deny. */
export class UnmappedCall extends Error {
  constructor(call: string) {
    super(`local/iam does not know which permissions ${call} needs`)
    this.name = 'UnmappedCall'
  }
}
