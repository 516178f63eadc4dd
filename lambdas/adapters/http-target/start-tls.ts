import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { addressLiteral, hostName } from '../../domain/target/target-url.ts'
import { untilAborted } from './deadline.ts'
import { errorCode, SendFailure } from './send-failure.ts'

/**
 * Begins TLS on a connection that is pinned to an address, under the name that stands in the URL: certificate and
 * server name are those of the name.
 * @param trustedCertificates PEM certificates to trust instead of the well-known authorities.
 */
export function startTls(
  socket: Socket,
  url: URL,
  trustedCertificates: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const literal = addressLiteral(url)
  return untilAborted<TLSSocket>(signal, (resolve, reject) => {
    const secure = connect({
      socket,
      host: literal ?? hostName(url),
      // An address is no server name (RFC 6066, section 3).
      ...(literal === undefined ? { servername: hostName(url) } : {}),
      ...(trustedCertificates ? { ca: [...trustedCertificates] } : {}),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      // Said outright, because an environment variable could turn the default off.
      rejectUnauthorized: true,
    })
    secure.on('error', (error) => reject(tlsFailure(error, url)))
    secure.once('close', () => reject(new SendFailure('TLS', HUNG_UP)))
    secure.once('secureConnect', () => resolve(secure))
    return () => secure.destroy()
  })
}

const HUNG_UP = 'The target closed the connection during the TLS handshake.'

const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'is revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself, not by an authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'comes without its chain or from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes without its chain or from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes without its chain or from an authority that is not trusted',
}

function tlsFailure(error: unknown, url: URL): unknown {
  const code = errorCode(error)
  if (code === undefined) return error
  const problem =
    code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `is not for the host ${url.hostname}` : CERTIFICATE_PROBLEMS[code]
  if (problem) return new SendFailure('TLS', `The target's certificate ${problem}.`, error)
  if (code === 'ECONNRESET' || code === 'EPIPE') return new SendFailure('TLS', HUNG_UP, error)
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return new SendFailure('TLS', 'The target does not speak TLS on this port.', error)
  return new SendFailure('TLS', `The TLS handshake failed (${code}).`, error)
}
