// Command pulumi-resource-postgresql bridges an upstream PostgreSQL provider
// that is written against the first plugin SDK.
package main

import (
	sdkschema "github.com/hashicorp/terraform-plugin-sdk/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv1 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v1"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"

	"supalove.dev/engine/plugins/schema"
)

const (
	name    = "postgresql"
	version = "3.18.1" // must equal the npm SDK's version
)

func info() tfbridge.ProviderInfo {
	p := tfbridge.ProviderInfo{
		P:            sdkv1.NewProvider(postgresql.Provider().(*sdkschema.Provider)),
		Name:         name,
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(schema.NoMetadata),
		Config: map[string]*tfbridge.SchemaInfo{
			"sslmode":         {Default: &tfbridge.DefaultInfo{EnvVars: []string{"PGSSLMODE"}}},
			"connect_timeout": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"PGCONNECT_TIMEOUT"}, Value: 180}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"postgresql_grant": {
				Tok:                 tfbridge.MakeResource(name, "index", "Grant"),
				DeleteBeforeReplace: true,
			},
			"postgresql_default_privileges": {Tok: tfbridge.MakeResource(name, "index", "DefaultPrivileges")},
		},
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
	}
	p.MustComputeTokens(tokens.SingleModule("postgresql_", "index", tokens.MakeStandard(name)))
	p.SetAutonaming(255, "-")
	return p
}

func main() {
	tfbridge.Main(name, version, info(), schema.Minimal(name, version))
}
