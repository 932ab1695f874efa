// Command pulumi-resource-docker bridges the upstream Docker provider.
package main

import (
	"context"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"

	"supalove.dev/engine/plugins/schema"
)

const (
	name    = "docker"
	version = "5.2.0" // must equal the npm SDK's version
)

func info() tfbridge.ProviderInfo {
	type fields = map[string]*tfbridge.SchemaInfo
	tok := func(n string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{Tok: tfbridge.MakeResource(name, "index", n)}
	}
	container := tok("Container")
	container.DeleteBeforeReplace = true // a container's name is unique
	container.Fields = fields{
		"command":           {Name: "command"}, // one command, not several
		"networks_advanced": {Name: "networksAdvanced"},
	}
	image := tok("RemoteImage")
	image.Fields = fields{"name": {Name: "name"}}
	p := tfbridge.ProviderInfo{
		P:            sdkv2.NewProvider(shim.New(version)),
		Name:         name,
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(schema.NoMetadata),
		Config: fields{
			"host": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"DOCKER_HOST"},
				ComputeDefault: func(context.Context, tfbridge.ComputeDefaultOptions) (any, error) {
					return "unix:///var/run/docker.sock", nil
				},
			}},
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container": container,
			"docker_image":     image,
			"docker_config":    tok("ServiceConfig"),
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: tfbridge.MakeDataSource(name, "index", "getRemoteImage")},
		},
	}
	p.MustComputeTokens(tokens.SingleModule("docker_", "index", tokens.MakeStandard(name)))
	p.SetAutonaming(255, "-")
	return p
}

func main() {
	tfbridge.Main(name, version, info(), schema.Minimal(name, version))
}
