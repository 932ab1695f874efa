// Command pulumi-resource-keycloak bridges the upstream Keycloak provider.
package main

import (
	"github.com/keycloak/terraform-provider-keycloak/provider"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens/fallbackstrat"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"

	"supalove.dev/engine/plugins/schema"
)

const (
	name    = "keycloak"
	version = "6.13.0" // must equal the npm SDK's version
)

func info() tfbridge.ProviderInfo {
	tok := func(mod, n string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{Tok: tfbridge.MakeResource(name, mod, n)}
	}
	auto := func(field, pulumiName string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{Fields: map[string]*tfbridge.SchemaInfo{
			field: tfbridge.AutoName(pulumiName, 255, "-"),
		}}
	}
	p := tfbridge.ProviderInfo{
		P:            sdkv2.NewProvider(provider.KeycloakProvider(nil)),
		Name:         name,
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(schema.NoMetadata),
		Config: map[string]*tfbridge.SchemaInfo{
			"client_timeout": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"KEYCLOAK_CLIENT_TIMEOUT"}, Value: 5,
			}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"keycloak_realm":         auto("realm", "realm"),
			"keycloak_openid_client": auto("client_id", "clientId"),
			"keycloak_attribute_to_role_identity_provider_mapper": tok("index", "AttributeToRoleIdentityMapper"),
			"keycloak_custom_identity_provider_mapper":            tok("index", "CustomIdentityProviderMapping"),
			"keycloak_hardcoded_role_identity_provider_mapper":    tok("index", "HardcodedRoleIdentityMapper"),
			"keycloak_realm_keystore_java_keystore":               tok("index", "RealmKeystoreJavaGenerated"),
			"keycloak_openid_client_client_policy":                tok("openid", "ClientPolicy"),
			"keycloak_saml_client_default_scopes":                 tok("saml", "ClientDefaultScope"),
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"keycloak_authentication_execution": {Tok: tfbridge.MakeDataSource(name, "index", "getAuthenticationExecution")},
			"keycloak_authentication_flow":      {Tok: tfbridge.MakeDataSource(name, "index", "getAuthenticationFlow")},
		},
	}
	s, err := fallbackstrat.KnownModulesWithInferredFallback(&p, "keycloak_", "index",
		[]string{"ldap_", "oidc_", "openid_", "saml_", "authentication_"}, tokens.MakeStandard(name))
	if err != nil {
		panic(err)
	}
	p.MustComputeTokens(s)
	p.SetAutonaming(255, "-")
	return p
}

func main() {
	tfbridge.Main(name, version, info(), schema.Minimal(name, version))
}
