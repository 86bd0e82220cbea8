/**
 * A certificate for tests, of this machine alone, that nobody trusts.
 *
 * @module
 */
import type { Certificate } from "./http/listener.ts";

/** Good for 127.0.0.1 for a hundred years. */
export const certificate: Certificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBYTCCAROgAwIBAgIUdSxmBgM25VmlL16ZwfrfP5m5tfEwBQYDK2VwMBcxFTAT
BgNVBAMMDHBvdGx1Y2sgdGVzdDAgFw0yNjExMjcxODU0NDNaGA8yMTI2MTEwMzE4
NTQ0M1owFzEVMBMGA1UEAwwMcG90bHVjayB0ZXN0MCowBQYDK2VwAyEAvDpOpgJ1
pONhGOBQbuyVki2ymIpXUggf/+gwF29NEYGjbzBtMB0GA1UdDgQWBBRbSlxZXbsl
xH7RzcDOt5P4jpUL4TAfBgNVHSMEGDAWgBRbSlxZXbslxH7RzcDOt5P4jpUL4TAP
BgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAFBgMr
ZXADQQCzTE+KrHWZTXC+28eLOAkS3dyzgaKmsLIavsgxNJw+enVv8pmI0G+Ly8nP
AufbsJIPodVyvZBSrze8ozZx8sYO
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEII5L4HAxzUUdx1KpkbFJCSxNdloX3EExTMsren8QQ6eM
-----END PRIVATE KEY-----
`,
};
