import * as grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import message from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Difference, Properties, ResourceHandler } from "./handler.ts";
import { PROVIDER_NAME, PROVIDER_VERSION } from "./identity.ts";

type Unary<Request, Answer> = grpc.handleUnaryCall<Request, Answer>;
type Struct = InstanceType<typeof struct.Struct>;

const fromStruct = (value: Struct | undefined): Properties => value?.toJavaScript() ?? {};
const toStruct = (value: Properties): Struct =>
  // Undefined is not a JSON value; a round trip drops such keys.
  struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Parameters<typeof struct.Struct.fromJavaScript>[0]);

/** Answers a call with what a promise gives; an error travels with its message only, which the engine shows to people. */
function answering<Request, Answer>(work: (request: Request) => Promise<Answer> | Answer): Unary<Request, Answer> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (answer) => callback(null, answer),
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback({ code: grpc.status.UNKNOWN, details });
        },
      );
  };
}

/** Type token of a URN: its third field, of which the last of the `$`-joined ancestors is the resource's own. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function diffAnswer(differences: readonly Difference[]) {
  const answer = new message.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = message.DiffResponse.DiffChanges;
  answer.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  answer.setHasdetaileddiff(true);
  answer.setReplacesList(differences.filter((d) => d.replace).map((d) => d.path));
  answer.setDeletebeforereplace(differences.some((d) => d.replace));
  const kinds = message.PropertyDiff.Kind;
  for (const { path, kind, replace } of differences) {
    const detail = new message.PropertyDiff();
    const plain = { add: kinds.ADD, update: kinds.UPDATE, delete: kinds.DELETE }[kind];
    const replacing = { add: kinds.ADD_REPLACE, update: kinds.UPDATE_REPLACE, delete: kinds.DELETE_REPLACE }[kind];
    detail.setKind(replace ? replacing : plain);
    answer.getDetaileddiffMap().set(path, detail);
  }
  return answer;
}

/** The provider protocol in front of our resource handlers. */
function serviceOf(handlers: Readonly<Record<string, ResourceHandler>>): grpc.UntypedServiceImplementation {
  const handlerOf = (urn: string): ResourceHandler => {
    const handler = handlers[typeOf(urn)];
    if (handler === undefined) throw new Error(`the ${PROVIDER_NAME} provider has no resource type ${typeOf(urn)}`);
    return handler;
  };
  const checkConfig: Unary<
    InstanceType<typeof message.CheckRequest>,
    InstanceType<typeof message.CheckResponse>
  > = answering((request) => {
    const answer = new message.CheckResponse();
    answer.setInputs(request.getNews());
    return answer;
  });
  const diffConfig: Unary<
    InstanceType<typeof message.DiffRequest>,
    InstanceType<typeof message.DiffResponse>
  > = answering(() => diffAnswer([]));
  const configure: Unary<
    InstanceType<typeof message.ConfigureRequest>,
    InstanceType<typeof message.ConfigureResponse>
  > = answering(() => {
    const answer = new message.ConfigureResponse();
    // Without this the engine hands secrets over in clear and marks the outputs of the same names as secret itself.
    answer.setAcceptsecrets(false);
    answer.setSupportspreview(false);
    return answer;
  });
  const check: typeof checkConfig = answering((request) => {
    const { inputs, failures } = handlerOf(request.getUrn()).check(fromStruct(request.getNews()));
    const answer = new message.CheckResponse();
    answer.setInputs(toStruct(inputs));
    answer.setFailuresList(
      failures.map(({ property, reason }) => {
        const failure = new message.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
      }),
    );
    return answer;
  });
  const diff: typeof diffConfig = answering((request) =>
    diffAnswer(handlerOf(request.getUrn()).diff(fromStruct(request.getOlds()), fromStruct(request.getNews()))),
  );
  const create: Unary<
    InstanceType<typeof message.CreateRequest>,
    InstanceType<typeof message.CreateResponse>
  > = answering(async (request) => {
    const state = await handlerOf(request.getUrn()).create(fromStruct(request.getProperties()));
    const answer = new message.CreateResponse();
    answer.setId(state.id);
    answer.setProperties(toStruct(state.outputs));
    return answer;
  });
  const read: Unary<InstanceType<typeof message.ReadRequest>, InstanceType<typeof message.ReadResponse>> = answering(
    async (request) => {
      const state = await handlerOf(request.getUrn()).read(request.getId(), fromStruct(request.getProperties()));
      const answer = new message.ReadResponse();
      // An empty id tells the engine that the resource is gone.
      answer.setId(state?.id ?? "");
      if (state === undefined) return answer;
      answer.setProperties(toStruct(state.outputs));
      answer.setInputs(toStruct(state.inputs ?? fromStruct(request.getInputs())));
      return answer;
    },
  );
  const update: Unary<
    InstanceType<typeof message.UpdateRequest>,
    InstanceType<typeof message.UpdateResponse>
  > = answering(async (request) => {
    const outputs = await handlerOf(request.getUrn()).update(
      request.getId(),
      fromStruct(request.getOlds()),
      fromStruct(request.getNews()),
    );
    const answer = new message.UpdateResponse();
    answer.setProperties(toStruct(outputs));
    return answer;
  });
  const remove: Unary<InstanceType<typeof message.DeleteRequest>, InstanceType<typeof empty.Empty>> = answering(
    async (request) => {
      await handlerOf(request.getUrn()).delete(request.getId(), fromStruct(request.getProperties()));
      return new empty.Empty();
    },
  );
  const nothing: Unary<unknown, InstanceType<typeof empty.Empty>> = answering(() => new empty.Empty());
  const getSchema: Unary<unknown, InstanceType<typeof message.GetSchemaResponse>> = answering(() => {
    const answer = new message.GetSchemaResponse();
    answer.setSchema(JSON.stringify({ name: PROVIDER_NAME, version: PROVIDER_VERSION }));
    return answer;
  });
  const getPluginInfo: Unary<unknown, InstanceType<typeof plugin.PluginInfo>> = answering(() => {
    const answer = new plugin.PluginInfo();
    answer.setVersion(PROVIDER_VERSION);
    return answer;
  });
  return {
    checkConfig,
    diffConfig,
    configure,
    check,
    diff,
    create,
    read,
    update,
    delete: remove,
    cancel: nothing,
    attach: nothing,
    getSchema,
    getPluginInfo,
  };
}

export interface ProviderServer {
  readonly port: number;
  /** Stops listening and drops open connections; call it when no engine uses the server any more. */
  close(): void;
}

/** Starts the provider on a free port of the loopback interface. */
export async function startProviderServer(
  handlers: Readonly<Record<string, ResourceHandler>>,
): Promise<ProviderServer> {
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const server = new grpc.Server(unlimited);
  server.addService(provider.ResourceProviderService, serviceOf(handlers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
