package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// writeCertificates writes every key a control plane on loopback needs into an existing folder, each as NAME.crt and
// NAME.key in PEM: the authority "ca", the "server" (API server, kubelet), the client "admin", and "service-account",
// the key that signs service account tokens (which has no certificate). Files that are there are replaced.
func writeCertificates(folder string) error {
	authorityKey, err := newKey(folder, "ca")
	if err != nil {
		return err
	}
	authority := certificate("control-plane-ca")
	authority.IsCA = true
	authority.KeyUsage |= x509.KeyUsageCertSign
	if err := sign(folder, "ca", authority, authority, authorityKey.Public(), authorityKey); err != nil {
		return err
	}

	server := certificate("kube-apiserver")
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	server.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}

	admin := certificate("admin")
	admin.Subject.Organization = []string{"system:masters"} // the group that may do anything, whatever RBAC says
	admin.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}

	for name, template := range map[string]*x509.Certificate{"server": server, "admin": admin} {
		key, err := newKey(folder, name)
		if err != nil {
			return err
		}
		if err := sign(folder, name, template, authority, key.Public(), authorityKey); err != nil {
			return err
		}
	}
	_, err = newKey(folder, "service-account")
	return err
}

func certificate(commonName string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: commonName},
		NotBefore:             time.Now().Add(-time.Hour), // clocks are set back now and then
		NotAfter:              time.Now().AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}

func newKey(folder, name string) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(filepath.Join(folder, name+".key"), "EC PRIVATE KEY", encoded)
}

func sign(folder, name string, template, issuer *x509.Certificate, key crypto.PublicKey, issuerKey crypto.Signer) error {
	encoded, err := x509.CreateCertificate(rand.Reader, template, issuer, key, issuerKey)
	if err != nil {
		return err
	}
	return writePEM(filepath.Join(folder, name+".crt"), "CERTIFICATE", encoded)
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}
