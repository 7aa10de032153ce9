import { judgeDelivery } from '../../../VortexTrigger/delivery';
import type { Operation } from '../../operation';

export const verify: Operation = {
	option: {
		name: 'Verify',
		value: 'verify',
		action: 'Verify the signature of a webhook',
		description:
			'Tell whether a delivery that reached the workflow another way, for example through a queue, is really from Vortex',
	},
	done: 'deliveries had been verified',
	fields: [
		{
			displayName: 'Body',
			name: 'body',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. {"type":"invitation.accepted","data":{…}}',
			description:
				'The text of the delivery exactly as Vortex sent it. Parsed and written again, it no longer fits the signature.',
		},
		{
			displayName: 'Signature',
			name: 'signature',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 0197685056b67948…',
			description: "The value of the delivery's header X-Vortex-Signature",
		},
	],
	async execute(task) {
		const body = Buffer.from(task.parameters.exactText('body'), 'utf8');
		const signature = task.parameters.exactText('signature');
		const judged = judgeDelivery(body, signature, await task.webhookSecrets());
		if (judged.verdict === 'unreadable') {
			throw task.refuse(
				`'${task.parameters.label('body')}' is signed by Vortex, but is not a JSON object`,
				'Vortex sends events as JSON objects. Check what was signed with this secret.',
			);
		}
		return [judged.verdict === 'good' ? { valid: true, event: judged.event } : { valid: false }];
	},
};
