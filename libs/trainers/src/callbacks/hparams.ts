import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';

import type { SummarySchema } from './event_pb.js';
import { HParamsPluginDataSchema, Status } from './hparams_pb.js';

type SummaryInit = MessageInitShape<typeof SummarySchema>;

/**
 * The summary that tells TensorBoard's hparams tab the parameters of a run, as `tensorboard.plugins.hparams.summary.session_start_pb` makes it.
 *
 * @param startTime seconds since 1970
 */
export function sessionStart(
  parameters: Readonly<Record<string, string | number | boolean>>,
  startTime: number,
): SummaryInit {
  const hparams = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, { kind: kindOf(value) }]),
  );
  return hparamsSummary('session_start_info', {
    case: 'sessionStartInfo',
    value: { hparams, startTimeSecs: startTime },
  });
}

/**
 * The summary that tells the hparams tab that a run has ended well.
 *
 * @param endTime seconds since 1970
 */
export function sessionEnd(endTime: number): SummaryInit {
  return hparamsSummary('session_end_info', {
    case: 'sessionEndInfo',
    value: { status: Status.SUCCESS, endTimeSecs: endTime },
  });
}

type Data = NonNullable<MessageInitShape<typeof HParamsPluginDataSchema>['data']>;

/** The data lie in the metadata of a value that is an empty tensor of floats. */
function hparamsSummary(tag: string, data: Data): SummaryInit {
  const content = toBinary(HParamsPluginDataSchema, create(HParamsPluginDataSchema, { version: 0, data }));
  const empty = { dtype: 1, tensorShape: { dim: [{ size: 0n }] } };
  return {
    value: [
      {
        tag: `_hparams_/${tag}`,
        metadata: { pluginData: { pluginName: 'hparams', content } },
        value: { case: 'tensor', value: empty },
      },
    ],
  };
}

function kindOf(value: string | number | boolean) {
  if (typeof value === 'boolean') return { case: 'boolValue' as const, value };
  return typeof value === 'number' ? { case: 'numberValue' as const, value } : { case: 'stringValue' as const, value };
}
