
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=80, verbose_name='种类')),
                ('key', models.CharField(max_length=200, verbose_name='键')),
                ('due_at', models.DateTimeField(help_text='business clock', verbose_name='到期时刻')),
                ('payload', models.TextField(default='{}', help_text='JSON; ids only, nothing personal')),
                ('state', models.CharField(choices=[('WAITING', '等待'), ('RUNNING', '进行中'), ('DONE', '已完成'), ('PARKED', '已搁置')], default='WAITING', max_length=8, verbose_name='状态')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('not_before', models.DateTimeField(help_text='real clock: when a failed job may be tried again', null=True)),
                ('lease_until', models.DateTimeField(help_text='real clock: a runner that died loses its job then', null=True)),
                ('started_at', models.DateTimeField(help_text='real clock', null=True, verbose_name='开始')),
                ('done_at', models.DateTimeField(help_text='real clock', null=True, verbose_name='结束')),
                ('last_error', models.TextField(default='', verbose_name='最近一次失败')),
                ('rows', models.PositiveIntegerField(null=True, verbose_name='行数')),
                ('result', models.TextField(default='', verbose_name='结果')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['due_at', 'id'], name='job_waiting'), models.Index(condition=models.Q(('state', 'RUNNING')), fields=['lease_until'], name='job_running'), models.Index(fields=['kind', 'due_at'], name='job_kind_due')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='job_once')],
            },
        ),
    ]
